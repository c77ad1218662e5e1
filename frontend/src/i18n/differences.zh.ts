/** 两次运行不同之处的标记文字，随标记一起载入。 */
import type { DifferencesWords } from "./differences.en";

export const differencesZh: DifferencesWords = {
  value: "数值",
  gradient: "梯度",
  tracking: "requires_grad",
  true: "这里为 True",
  false: "这里为 False",
  only: (letter) => `只在 ${letter} 中有`,
  edge: "另一次运行中这条边不同",
  of: (name, found) => `${name} 不同：${found}`,
};
