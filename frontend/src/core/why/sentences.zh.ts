/** “为什么”的中文回答。`{...}` 中是名字、代码和数。 */

import type { WhyKey } from "./sentences.en";

export const WHY_ZH: Record<WhyKey, string> = {
  notMade: "{name} 还没有创建。",
  notAsked: "{name} 不需要梯度。",
  notFloat: "它的数据类型是 {dtype}，只有浮点数才有斜率。",
  switchedOff: "{code}（单元格 {cell} 第 {line} 行）把它的 requires_grad 设成了 False。",
  silent: "它创建时没有设置 requires_grad。",
  fromSilent: "它由 {leaf} 算出，而 {leaf} 创建时没有设置 requires_grad。",
  noPass: "还没有做过反向传播。",
  cleared: "{name} 被设为 None，此后没有反向传播带来梯度。",
  cutDetach: "{code}（单元格 {cell} 第 {line} 行）把它断开了：detach() 得到常数。",
  cutData: "{code}（单元格 {cell} 第 {line} 行）把它断开了：.data 只给出数值。",
  cutNoGrad: "{code}（单元格 {cell} 第 {line} 行）在 no_grad 下执行，没有被记录。",
  cutExit: "{code}（单元格 {cell} 第 {line} 行）把数取出到 Python，梯度跟不过去。",
  cutNotDifferentiable: "{code}（单元格 {cell} 第 {line} 行）没有斜率：梯度无法穿过它。",
  cutRewrap: "{code}（单元格 {cell} 第 {line} 行）把数值复制到新张量中，没有带上历史。",
  cutOther: "{code}（单元格 {cell} 第 {line} 行）不会把梯度传给 {tensor}。",
  throughCut: "{name} 要经过一处断口才能到达 {root}，而反向传播正是从那里开始的。",
  passedBefore: "第 {pass} 次反向时 {gradient} 经过了 {name}；只有叶子会留下梯度，所以 {name}.grad 是 None。",
  cutShort: "反向传播还没给 {name} 带来梯度就因错误中断了。",
  handedBack: "autograd.grad 直接返回梯度，不会填写 .grad。",
  underWay: "第 {pass} 次反向正在进行，还没有把梯度送到 {name}。",
  writtenSince:
    "{root} 由 {name} 算出之后，{code}（单元格 {cell} 第 {line} 行）才写入它；梯度去了当时的那个它。",
  notWanted: "{name} 通向 {root}，但从那里开始的反向传播没有给它带来梯度。",
  leadsElsewhere: "由 {name} 算出的量，没有一个通向反向传播的起点。",
  unused: "没有任何量由 {name} 算出，所以反向传播无法到达它。",

  passing: "{name} 不是叶子：这是经过它的梯度，{name}.grad 一直是 None。",

  zeroed: "{name} 被清零，此后没有反向传播往上加。",
  zeroPlain: "到达 {name} 的就是零。",
  cancelsOld: "最后一次反向带来 {last}，与 {name} 中原有的值抵消。",
  cancel: "{count} 份贡献到达 {name} 并相互抵消：{parts} = 0。",
  oneZero: "到达 {name} 的唯一一份贡献是零。",
  allZero: "到达 {name} 的 {count} 份贡献全是零。",
  partZero: "它的 {total} 个元素中有 {count} 个是零。",
  flatRelu: "在 {code}（单元格 {cell} 第 {line} 行），{op} 平坦之处梯度被挡住：它的输入是 {input}。",
  flatStairs: "{code}（单元格 {cell} 第 {line} 行）是阶梯函数：{op} 在两级之间是平的，所以斜率为 0。",
  flatClamp: "在 {code}（单元格 {cell} 第 {line} 行），输入 {input} 超出界限之处梯度被挡住。",
  flatNotTaken: "{code}（单元格 {cell} 第 {line} 行）只把梯度传给它所取的元素。",
  flatKink: "{code}（单元格 {cell} 第 {line} 行）在输入为 0 处有尖点；PyTorch 在那里取斜率 0。",
  flatFactor: "在 {code}（单元格 {cell} 第 {line} 行），梯度要乘以 {other}。",
  flatOther:
    "在 {code}（单元格 {cell} 第 {line} 行），进来的梯度是 {gradient}，出去的是 0：{op} 在 {input} 处是平的。",
  flatFormula: "在 {code}（单元格 {cell} 第 {line} 行）的反向中：{formula} = {numbers}。",
  flatNode: "{node} 传出的是 0。",

  madeWild: "它产生于 {code}（单元格 {cell} 第 {line} 行）的反向：{formula} = {numbers} = {result}。",
  madeWildPlain:
    "它产生于 {code}（单元格 {cell} 第 {line} 行）的反向：进来的是 {gradient}，出去的是 {result}。",
  forwardWild: "早在前向时 {code}（单元格 {cell} 第 {line} 行）就已经得到 {value}。",
  untaken: "这个零来自 {where} 没有选中的分支：0 乘以非有限的数并不等于 0。",
  infinitiesMeet: "正负无穷大的贡献同时到达 {name}，它们的和不是数：{parts}。",
  overflowSum: "到达 {name} 的 {count} 份贡献都是有限的，但它们的和超出了数据类型的范围。",

  grows:
    "往回走的路上它的最大元素从 {begins} 增大到 {ends}，共 {count} 步，每步的因子在 {low} 与 {high} 之间。",
  shrinks:
    "往回走的路上它的最大元素从 {begins} 缩小到 {ends}，共 {count} 步，每步的因子在 {low} 与 {high} 之间。",
  evenFactors: "往回走的路上它的最大元素从 {begins} 变到 {ends}，共 {count} 步，每步的因子都是 {factor}。",
  oneFactor: "往回走的路上它的最大元素从 {begins} 变到 {ends}：因子 {factor} 来自 {code}。",
  oneSum: "往回走的路上它的最大元素从 {begins} 变到 {ends}：到达 {name} 的 {count} 份贡献相加。",
  largestSum: "最大的因子 {factor} 在 {name} 处：{count} 份贡献在那里相加。",
  smallestSum: "最小的因子 {factor} 在 {name} 处：{count} 份贡献在那里相加。",
  largestFactor: "最大的因子 {factor} 在 {code}。",
  smallestFactor: "最小的因子 {factor} 在 {code}。",
  accumulated:
    "{name} 是 {count} 次反向的总和，其间没有清零：第一次之后是 {first}，最后往上加的是第 {last} 次反向。",
  afterClearing: "{name} 被清除过（原来是 {before}）；现在的值来自此后的那一次反向。",
  contributions: "{count} 份贡献到达 {name}：{parts}。",
  single: "只有一份贡献到达 {name}：{code} 把 {gradient} 变成 {value}。",
  beganHere: "有一次反向传播从 {name} 开始，起始梯度为 {gradient}。",
  noReason: "记录中看不出 {name} 的梯度是怎样得来的。",
};
