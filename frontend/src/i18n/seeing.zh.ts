/** 数值、共享存储、循环与跳转等视图的文字（中文）。 */
import type { seeing as english } from "./seeing.en";

export const seeing: typeof english = {
  oddities: {
    nan: "NaN",
    infinite: "无穷",
    zeros: "全为零",
    exploding: "爆炸",
    vanishing: "消失",
  },
  odditiesMean: {
    nan: (n) => `有 ${n} 个 NaN（不是数）`,
    infinite: (n) => `有 ${n} 个无穷大`,
    zeros: "全部为零",
    exploding: (size) => `量级达到 ${size}：数值爆炸`,
    vanishing: (size) => `没有超过 ${size} 的数：数值消失`,
  },
  statistics: {
    min: "最小",
    max: "最大",
    mean: "均值",
    norm: "范数",
    nan: "NaN",
    infinite: "无穷",
    zeros: "零",
  },
  scale: (low, high) => `颜色从 ${low}（橙）经过 0（浅）到 ${high}（蓝）`,
  histogram: (low, high) => `数值在 ${low} 到 ${high} 之间的分布`,
  browse: "查看全部数值",
  browseOf: (name, shape) => `${name} ${shape}`,
  close: "关闭",
  axis: (n) => `第 ${n} 维`,
  unlisted: (known, total) => `这次运行只记录了 ${total} 个数中的前 ${known} 个。`,
  recordMore: (n) => `重新运行，记录 ${n} 个`,
  arriving: (text) => `到达 ${text}`,
  version: (n) => `版本 ${n}：已被就地写入 ${n} 次`,
  shares: (letter, n) => `与同样标有 ${letter} 的张量共享存储，版本 ${n}`,
  saved: "为反向传播保存着张量",
  emptied: "已释放",
  unrecorded: "未记录",
};
