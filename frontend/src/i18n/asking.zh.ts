/** 梯度出现之前的提问（中文）。 */
import type { asking as english } from "./asking.en";

export const asking: typeof english = {
  label: "先猜一猜",
  question: (name: string) => `${name}.grad 会是多少？`,
  guess: "例如 [0, 4]",
  check: "核对",
  sign: "或者只猜正负",
  signs: { "−": "全为负", "0": "全为零", "+": "全为正" },
  unreadable: "请输入数字，例如 3 或 [0, 4]。",
  show: "直接看答案",
  right: "对了：",
  wrong: "不对。",
  instead: (said: string, answer: string) => `你猜的是 ${said}，实际是 ${answer}。`,
};
