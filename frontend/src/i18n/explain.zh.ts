/** 与解释有关的文字，随解释的代码一起载入。 */
import type { ExplainWords } from "./explain.en";

export const explainZh: ExplainWords = {
  label: "哪里出了错",
  remark: "这里发生了什么",
  meaning: "PyTorch 这条信息的意思",
  mend: "怎样改",
  silent: "虽然没有报错，但有地方出了问题。",
  silentToo: "另外还有一处没有报错，却出了问题。",
  show: "查看",
  why: "为什么？",
  hideWhy: "收起",
  whyOf: (name) => `${name} 的梯度为什么是这样？`,
  verdicts: {
    none: "没有梯度",
    nan: "NaN",
    infinite: "无穷大",
    zero: "零",
    part: "部分为零",
    large: "很大",
    small: "很小",
    plain: "它是怎样得来的",
  },
  gone: "修改前",
  fresh: "修改后",
};
