/** 需要服务器才有的功能：课程、换数试试、预测、对比、链接。 */
import type { making as English } from "./making.en";

export const making: typeof English = {
  bar: {
    skip: "跳到步骤",
    skipToGraph: "跳到计算图",
    lessons: "课程",
    empty: "空白笔记本",
    emptyHint: "粘贴或编写自己的代码",
    open: "打开",
    openHint: "打开笔记本（.ipynb）或脚本（.py），以及它读取的文件",
    running: "运行中",
    cancel: "停止",
    runHint: "运行全部单元格（Ctrl+Enter）",
  },

  cells: {
    addFirst: "添加单元格",
    addBelow: "在下方添加单元格",
    remove: "删除此单元格",
    moveUp: "上移此单元格",
    moveDown: "下移此单元格",
    drop: "将笔记本或脚本（连同它导入的文件）拖到这里打开",
    untitled: "未命名",
    unnumbered: "新",
    edited: "运行后已修改",
    leave: "按 Tab 会越过代码，直到在其中按下其他键；此后 Tab 用于缩进，按 Esc 离开。",
    recordMore: (n) => `重新运行，记录 ${n} 个`,
  },

  server: {
    kept: "连不上服务器。这是同样的代码上次运行的结果，由浏览器保存；要运行别的代码，需要服务器。",
    fileUnreadable: (name) => `无法将 ${name} 作为笔记本读取。`,
    fileNoText: (name) => `已略过 ${name}：它不是文本。`,
    linkUnreadable: "无法读取这个链接：它可能不完整。",
    fileEmpty: (name) => `${name} 中没有代码。`,
    isolation: {
      partial: "此服务器会隔离所运行的代码，但防护并不完整。查看缺少什么：",
      none: "这里运行的代码没有任何隔离：它能做服务器用户能做的一切。请只运行可信的代码。查看缺少什么：",
    },
    failures: {
      network: "无法连接服务器。它在运行吗？",
      busy: "服务器正忙于其他运行，请稍后再试。",
      tooLarge: "代码长度超过了服务器的上限。",
      invalid: "服务器无法理解这个请求。",
      server: "服务器内部出错，代码本身可能没有问题。",
      unreadable: "无法读取服务器的回答。",
    },
  },

  commands: {
    speaker: "讲者窗口",
    legend: "记号的含义",
    keep: "保留这次运行以作对比",
    nextDifference: "两次运行的下一处不同",
    previousDifference: "上一处不同",
    on: "开",
    off: "关",
  },

  lessons: {
    search: "查找课程",
    none: "没有标题包含这些词的课程。",
    unreachable: "无法载入课程。服务器在运行吗？",
    unknown: (id) => `没有课程 ${id}。`,
  },

  whatIf: {
    label: "如果换个数……",
    slider: (index: string) => `第 ${index} 个元素的另一个值`,
    reset: "恢复代码中的数值",
    beside: "两次运行并排对比",
    noSlope: "这次运行中没有梯度到达这里。",
    check: "检验梯度",
    draw: "画出曲线",
    noDifference: "换了数值后程序走了另一条路，没有可比的差分。",
    verdict: (gradient: string, difference: string, error: string) =>
      `梯度 ${gradient}，有限差分 ${difference}，相差 ${error}`,
    plot: (root: string, slope: string) => `${root} 随该元素的变化；切线的斜率 ${slope} 就是梯度`,
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
    of: (name) => `保留的是“${name}”的运行。`,
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

  nothing: {
    idle: "点击“运行”执行单元格，并记录每一步。",
    sending: "正在运行单元格…",
    emptyTitle: "看梯度如何流动",
    empty: "运行代码，然后一步步走：前向得到值，反向得到梯度。",
    unreadable: "Python 读不懂这段代码，所以没有运行。",
    endedEarly: "还没有产生张量，运行就结束了。",
    keep: "对比",
    keepHint: "保留这次运行，与下一次对比（K）",
  },

  ways: {
    most: "到达 {name} 的梯度中，最大的一份来自 {code}：{value}。",
    also: "另有一份来自 {code}：{value}。",
  },

  mending: {
    failedHere: "反向传播在这里出错",
    run: "修改并运行",
    edited: "此次运行之后代码已被修改。",
    mended: (label) => `已修改：${label}。`,
    undo: "撤销并运行",
    beside: "修改前后并排对比",
  },
};
