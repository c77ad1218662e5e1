/** The words of two runs side by side, in each language; they come with that view. */
import { computed } from "@preact/signals";
import { language } from "../state/settings";

const en = {
  title: "Two runs side by side",
  sides: {
    kept: "Kept run",
    now: "This run",
    before: "Before the change",
    after: "After the change",
  },
  run: (letter: string, name: string) => `Run ${letter}: ${name}`,
  letters: { a: "A", b: "B" },
  back: "Back to the code",
  stop: "Stop comparing",
  nextDifference: "Next difference (X)",
  previousDifference: "Difference before (Z)",
  table: "All names",
  tableLabel: "What every name holds in both runs",
  name: "Name",
  without: "This run has no such step.",
  over: "This run is over.",
  before: "Nothing has run yet.",
  in: (name: string, a: string, b: string) => `${name}: ${a} in A, ${b} in B`,
  onlyIn: (name: string, value: string, letter: string) => `${name}: ${value}, only in ${letter}`,
  more: (n: number) => (n === 1 ? "and 1 more name" : `and ${n} more names`),
  same: "Every name holds the same in both.",
  sameButMarked: "Every name holds the same in both; what is marked differs.",
  none: "No step differs.",
  here: { only: "Only one run has this step.", values: "This step brings other numbers." },
  copy: "Copy a link to this comparison",
  copied: "The link is copied",
  tooLong: "These two programs are too long for a link.",
  slider: "Step of both runs",
  differs: "differs",
  picture: (letter: string, name: string) => `Picture and code of run ${letter}, ${name}`,
};

const zh: typeof en = {
  title: "两次运行并排对比",
  sides: {
    kept: "保留的运行",
    now: "这次运行",
    before: "修改之前",
    after: "修改之后",
  },
  run: (letter, name) => `运行 ${letter}：${name}`,
  letters: { a: "A", b: "B" },
  back: "回到代码",
  stop: "结束对比",
  nextDifference: "下一处不同（X）",
  previousDifference: "上一处不同（Z）",
  table: "所有名称",
  tableLabel: "每个名称在两次运行中的值",
  name: "名称",
  without: "这次运行没有这一步。",
  over: "这次运行已经结束。",
  before: "还没有运行任何代码。",
  in: (name, a, b) => `${name}：A 中为 ${a}，B 中为 ${b}`,
  onlyIn: (name, value, letter) => `${name}：${value}，只在 ${letter} 中有`,
  more: (n) => `还有 ${n} 个名称不同`,
  same: "所有名称在两次运行中的值都相同。",
  sameButMarked: "所有名称的值都相同；图中标出的地方不同。",
  none: "没有任何一步不同。",
  here: { only: "只有一次运行有这一步。", values: "这一步得到的数值不同。" },
  copy: "复制这次对比的链接",
  copied: "链接已复制",
  tooLong: "这两段代码太长，放不进链接。",
  slider: "两次运行的步骤",
  differs: "不同",
  picture: (letter, name) => `运行 ${letter}（${name}）的图与代码`,
};

export const pairWords = computed(() => (language.value === "zh" ? zh : en));
/** For the test that both are complete. */
export const PAIR_WORDS = { en, zh };
