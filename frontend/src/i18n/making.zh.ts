/** 需要服务器才有的功能：课程、换数试试、预测、对比、链接。 */
import type { making as English } from "./making.en";

export const making: typeof English = {
  lessons: {
    search: "查找课程",
    none: "没有标题包含这些词的课程。",
    unreachable: "无法载入课程。服务器在运行吗？",
  },

  whatIf: {
    label: "如果换个数……",
    slider: (index: string) => `第 ${index} 个元素的另一个值`,
    reset: "恢复代码中的数值",
    noSlope: "这次运行中没有梯度到达这里。",
    check: "检验梯度",
    draw: "画出曲线",
    noDifference: "换了数值后程序走了另一条路，没有可比的差分。",
    verdict: (gradient: string, difference: string, error: string) =>
      `梯度 ${gradient}，有限差分 ${difference}，相差 ${error}`,
    plot: (root: string, slope: string) => `${root} 随该元素的变化；切线的斜率 ${slope} 就是梯度`,
  },

  reveal: {
    label: "先猜一猜",
    question: (name: string) => `下一步之后 ${name}.grad 会是多少？`,
    guess: "例如 [0, 4, 8, 12]",
    check: "核对",
    sign: "或者只猜正负",
    signs: { "−": "全为负", "0": "全为零", "+": "全为正" },
    unreadable: "请输入数字，例如 3 或 [0, 4]。",
    show: "直接看答案",
    right: "对了：",
    wrong: "不对。",
    instead: (said: string, answer: string) => `你猜的是 ${said}，实际是 ${answer}。`,
  },

  speaker: {
    waiting: "正在等待页面……",
    now: "屏幕上",
    next: "下一步",
    question: "提问",
    answer: "答案",
    watch: "要点",
    note: "讲稿",
  },

  compare: {
    label: "已保留一次运行",
    change: "这次运行已保留。修改代码后再运行，两次运行就会并排显示。",
    open: "并排对比",
    stop: "结束对比",
  },

  share: {
    label: "链接",
    hint: "打开后就是这段代码、这一步。代码就在链接里，运行之前不会发给任何服务器。",
    copy: "复制链接",
    copied: "已复制",
    tooLong: "这段代码太长，放不进链接。",
  },

  progress: {
    label: "运行仍在进行",
    counts: (ops, seconds) => `${ops} 次运算，${seconds} 秒`,
    waiting: (ahead) => (ahead ? `正在排队，前面还有 ${ahead} 个` : "正在排队，下一个就是你"),
  },
};
