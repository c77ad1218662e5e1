/** Words of the legend, in Chinese. */
import type { LegendWords } from "./legend.en";

export const legendZh: LegendWords = {
  title: "图中记号的含义",
  close: "关闭",
  signs: {
    forward: "这一步算出来的",
    operand: "正流入其中的值",
    backward: "这一步反向传播到它",
    product: "沿边传回的量：到来的梯度（加下划线）乘以这里的斜率",
    arrived: "先前沿边传来、要相加的量",
    tracked: "自动微分跟踪着它：梯度可以到这里",
    plain: "没有谁要它的梯度",
    cut: "已切断：梯度到不了这里",
    blocked: "梯度不从这里经过；指针移上去可看原因",
    pending: "还没轮到",
    saved: "留着反向时要用的数",
    freed: "反向要用的数已经释放",
    storage: "字母相同即同一块内存；v 后面是写入的次数",
    written: "这一步写入了它",
    tint: "大于零为蓝，小于零为橙；颜色越深，离零越远",
    folded: "折叠着：按一下展开",
    loop: "通往循环的所有迭代",
    marked: "错误说明里提到的地方",
  },
  touched: { blocked: "梯度不从这里经过；轻触可看原因" },
};
