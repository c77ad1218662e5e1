/** The words on the marks of what differs between two runs, in each language; they come with the marks. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";
import { later } from "./index";

const en = {
  value: "value",
  gradient: "gradient",
  tracking: "requires_grad",
  true: "True here",
  false: "False here",
  only: (letter: string) => `only in ${letter}`,
  edge: "This edge is otherwise in the other run",
  of: (name: string, found: string) => `${name} differs: ${found}`,
};

const zh: typeof en = {
  value: "数值",
  gradient: "梯度",
  tracking: "requires_grad",
  true: "这里为 True",
  false: "这里为 False",
  only: (letter) => `只在 ${letter} 中有`,
  edge: "另一次运行中这条边不同",
  of: (name, found) => `${name} 不同：${found}`,
};

export const differenceWords = computed(
  (): typeof en => later.value.differences ?? (language.value === "zh" ? zh : en),
);
/** For the test that both are complete. */
export const DIFFERENCE_WORDS = { en, zh };
