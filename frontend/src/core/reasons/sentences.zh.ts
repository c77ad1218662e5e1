/** Why the VJP of an op that is no arithmetic gives what it gives, in Chinese. Written by `make sentences`. */

import type { ReasonKey } from "./sentences.en";

export const REASONS_ZH: Record<ReasonKey, string> = {
  readTwice: "在几处被读到的元素，把各处传来的梯度加起来。",
  lossMean: "损失是从 {n} 行中取出的数的平均值再取负，所以各得 −1/{n}。",
  lossOne: "损失是从唯一计入的一行中取出的数再取负，所以它得到梯度的 −1 倍。",
  lossWeighted: "损失是取出的数的加权平均再取负，所以各得自己那份权重，再取负。",
  lossSum: "损失是取出的数之和再取负，所以各得梯度的 −1 倍。",
  product: "矩阵乘积中，每个因子得到梯度乘以另一个因子的转置。",
  softmax: "softmax 把 1 分给各项：一项多了，其余就少。所以要看的是每个梯度离它们的加权平均有多远。",
  logSoftmax: "一个输入变大，所有对数概率都会下降，降幅就是它的概率：要减去梯度之和乘以这个概率。",
  window:
    "权重在窗口的每个位置都用过，把梯度乘以所遇到的输入加起来；输入则把梯度乘以所遇到的各个权重加起来。",
  normBatch: "均值和离散程度取自这一批，整体平移或缩放输入不会改变结果：梯度中的这两部分要去掉。",
  normFixed: "均值和离散程度是事先记下的，所以每个输入只得到梯度乘以 权重 / 离散程度。",
  normRow: "均值和离散程度取自这一行本身，整行平移或缩放不会改变结果：梯度中的这两部分要去掉。",
  normGroup: "均值和离散程度取自这一组本身，整组平移或缩放不会改变结果：梯度中的这两部分要去掉。",
  pooled: "每个元素占所在窗口平均值的一份，得到窗口梯度的这一份。",
  runningSum: "一个元素在它自己的累加和以及其后所有的累加和之中，把它们传来的梯度加起来。",
  padded: "周围补上的数没有来历：那一部分梯度被裁掉。",
  enlarged: "一个元素被复制或混合到几处，把那里传来的梯度加起来。",
};
