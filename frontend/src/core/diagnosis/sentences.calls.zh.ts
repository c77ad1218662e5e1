/** 调用因参数不合适而失败时的说法：形状、层、dtype、钩子、自定义 Function。 */

import type { CALLS_EN } from "./sentences.calls.en";

export const CALLS_ZH: Record<keyof typeof CALLS_EN, string> = {
  trialRunning: "正在试验怎样修改能运行……",
  trialFailed: "没有简单的修改能让它运行：要看原本想做什么，才知道哪一方错了。",
  misfit: "哪里不匹配",
  misfitHere: "不匹配",

  productAxes:
    "{code}（单元格 {cell} 第 {line} 行）做矩阵乘法：{a} 的最后一维长 {left}，而 {b} 与之对应的一维是 {right}。",
  meansProduct:
    "矩阵乘法把左边的每一行与右边的每一列逐个相乘再相加，所以左边的最后一维必须与右边的倒数第二维（只有一维时就是那一维）一样长。",
  markLast: "最后一维：{size}",
  markRows: "行数：{size}",
  markLength: "长度：{size}",
  fixUse: "写成 {text}",

  broadcastAxes:
    "{code}（单元格 {cell} 第 {line} 行）逐元素运算 {a} 和 {b}；从最后一维起对齐，{left} 对上了 {right}。",
  meansBroadcast:
    "形状从右向左比较。两个大小相等，或其中一个是 1 或不存在（这时会重复它），才算匹配。这里两者都不是，无法知道哪个元素对应哪个。",
  meansDot: "点积把两个向量逐元素相乘再相加：它们必须一样长。",
  targetSizes: "{code}（单元格 {cell} 第 {line} 行）把形状为 {left} 的 {a} 与形状为 {right} 的 {b} 相比较。",
  meansTargetSize: "这个损失要求每个预测有一个目标，形状相同；它不会重复任何一方来凑合。",
  markShape: "形状 {shape}",

  expandedSizes: "{code}（单元格 {cell} 第 {line} 行）能放下形状 {target}，而要放入的值形状是 {own}。",
  meansExpanded: "只有大小为 1 的维，或在前面新增的维，才能重复。其他维的大小必须正是所要求的。",

  layoutSizes: "{a} 有 {size} 个元素，而 {wanted}（{code}，单元格 {cell} 第 {line} 行）要的是 {holds} 个。",
  layoutRest:
    "{a} 有 {size} 个元素，不能按 {known} 个一份分完，而 {wanted}（{code}，单元格 {cell} 第 {line} 行）要求这样。",
  meansLayout:
    "view 和 reshape 只是把同样的元素换一种排法，所以各维大小的乘积必须不变。其中一个可以写成 -1，由 PyTorch 算出。",
  markElements: "{size} 个元素",
  layoutStrides:
    "{a} 的元素在内存中不是一行接一行（形状 {shape}，步长 {strides}），所以 {code}（单元格 {cell} 第 {line} 行）无法按那个形状显示。",
  meansStrides: "view 从不复制，只是换一种方式数同一块内存。reshape 能不复制就不复制，不能时才复制。",
  markStrides: "步长 {strides}",

  joinedSizes:
    "{code}（单元格 {cell} 第 {line} 行）沿第 {along} 维把张量首尾相接。第 {axis} 维必须一致，但 {a} 是 {left}，{b} 是 {right}。",
  joinedAxes: "{code}（单元格 {cell} 第 {line} 行）要连接 {left} 维的 {a} 和 {right} 维的 {b}。",
  meansJoined: "cat 只加长一个维，其他维保持不变，所以这些张量只能在那一维上不同。",
  fixAxis: "沿第 {axis} 维",
  stackedSizes: "{code}（单元格 {cell} 第 {line} 行）要叠放形状为 {left} 的 {a} 和形状为 {right} 的 {b}。",
  meansStacked: "stack 沿一个新的维叠放张量：它们的形状必须相同。cat 则沿已有的维首尾相接。",
  fixCat: "用 cat 首尾相接",

  weightSizes:
    "{code}（单元格 {cell} 第 {line} 行）从形状为 {left} 的 {root} 开始反向，给的权重形状却是 {right}。",
  meansWeights: "backward(gradient) 给起点张量的每个元素一个权重：每个元素一个数，形状相同。",
  fixOnes: "每个元素的权重都取 1",
  batchSizes:
    "{code}（单元格 {cell} 第 {line} 行）：{a} 的第一维有 {samples} 个样本，而 {b} 有 {targets} 个答案。",
  meansBatch: "损失需要每个样本一个目标，而样本数看第一维。",
  axisRange:
    "{a} 的形状是 {shape}，它的维从 0 编号到 {most}；{code}（单元格 {cell} 第 {line} 行）要的却是第 {asked} 维。",
  meansAxis: "维从 0 开始编号；-1 总是最后一维。",
  subscriptSizes: "在 {code}（单元格 {cell} 第 {line} 行）中，字母 {letter} 同时代表大小为 {sizes} 的维。",
  meansSubscripts: "字母相同的维一起遍历，所以必须一样长。",

  layerTakes: "{layer} 是用 {made}（单元格 {madeCell} 第 {madeLine} 行）创建的：它接受 {takes} 个特征。",
  layerGiven: "{code}（单元格 {cell} 第 {line} 行）给它的 {x} 形状是 {shape}：最后一维有 {brings} 个。",
  meansLinear:
    "线性层用权重去乘输入的最后一维，所以创建时就要给对这个长度。PyTorch 信息中的 mat1 是把其余各维合成一维的输入，mat2 是转置后的权重。",
  markBrings: "给了 {size}",
  markTakes: "接受 {size}",
  fixMade: "创建时写成 {text}",
  layerChannels: "{layer} 是用 {made}（单元格 {madeCell} 第 {madeLine} 行）创建的：它接受 {takes} 个通道。",
  weightChannels: "{weight} 是 {takes} 个通道的卷积核。",
  givenChannels: "{code}（单元格 {cell} 第 {line} 行）给它的 {x} 形状是 {shape}，通道那一维是 {brings}。",
  meansChannels: "卷积的输入按“批、通道、高、宽”排列，而它的权重是为一定数目的通道准备的。",
  markChannels: "通道：{size}",
  givenFeatures: "{code}（单元格 {cell} 第 {line} 行）给它的 {x} 形状是 {shape}，第 1 维是 {brings}。",
  callTakes: "这里调用的层是为 {takes} 个特征创建的。",
  meansNormalised: "层为创建时说定的每个特征各有自己的数，所以输入必须正好有那么多特征。",
  tableRows: "{table} 有 {rows} 行，编号从 0 到 {last}。",
  tableAsked: "{code}（单元格 {cell} 第 {line} 行）要第 {asked} 行：{index} 里有这个编号。",
  meansTable: "嵌入层按编号在表中取行；超出末尾的编号没有对应的行。",
  markAsks: "要第 {size} 行",
  markHasRows: "共 {size} 行",
  beforeInit: "在单元格 {cell} 第 {line} 行，模块还不存在：{code} 写在了 super().__init__() 之前。",
  meansBeforeInit: "nn.Module.__init__ 会建立存放层和参数的地方；在它运行之前，它们无处可放。",
  fixSuper: "先调用 super().__init__()",
  optimisesResult: "{name} 由 {made} 算出，是计算结果，而 {code}（单元格 {cell} 第 {line} 行）要的是叶子。",
  meansOptimiser: "优化器按 .grad 修改叶子。计算结果没有 .grad，改了它也不会改变算出它的那些张量。",
  assignsTensor: "单元格 {cell} 第 {line} 行把普通张量放到了参数 {parameter} 的位置。",
  meansParameter: "模块的参数只能用另一个 nn.Parameter 或 None 替换。",

  dtypePair: "{code}（单元格 {cell} 第 {line} 行）把 {left} 的 {a} 与 {right} 的 {b} 相乘。",
  meansDtypePair:
    "+ 和 * 会把操作数统一成一种 dtype；矩阵乘法和层不会，因为那要复制整个矩阵。请自己把其中一个转换过去。",
  markDtype: "{dtype}",
  dtypeTarget: "{code}（单元格 {cell} 第 {line} 行）要的是每个样本的类别编号，而 {target} 是 {dtype}。",
  meansDtypeTarget: "分类的目标是位置：0 是第一类，1 是第二类。PyTorch 要求它们是 int64（Long）。",
  dtypeWritten: "{code}（单元格 {cell} 第 {line} 行）写入 {name}，它是 {dtype} 且不会改变，而结果带小数。",
  dtypeResult: "{code}（单元格 {cell} 第 {line} 行）会把小数放进 {name}，而它是 {dtype}。",
  meansDtypeWritten: "张量的 dtype 由它的内存决定。就地写入时结果必须放进这块内存，小数会丢失。",
  dtypeWhole: "{code}（单元格 {cell} 第 {line} 行）得到的是小数，而 {name} 是 {dtype}。",
  meansDtypeWhole: "PyTorch 在这里不替你选浮点类型。float() 表示把这些整数当作 float32。",
  dtypeIndex: "{code}（单元格 {cell} 第 {line} 行）用 {index} 取元素，而它是 {dtype}。",
  meansDtypeIndex: "位置是整数，掩码是真假值：没有第 0.5 个元素。",

  hookUntracked: "{code}（单元格 {cell} 第 {line} 行）等待 {name} 的梯度，但不会有梯度到来。",
  retainUntracked: "{code}（单元格 {cell} 第 {line} 行）想保留 {name} 的梯度，但不会有梯度到来。",
  meansHook: "反向传播把梯度带到张量时才会调用它的钩子。没有要求梯度的地方，反向不会经过。",
  meansRetain: "retain_grad 保留反向传播带给计算结果的梯度。没有要求梯度的地方，反向不会经过。",
  hookResized: "{name} 的钩子 {hook} 收到形状为 {was} 的梯度，返回的却是形状 {given}。",
  hookNoTensor: "{name} 的一个钩子收到梯度，返回的却是：{type}。",
  hookNoTuple: "{name} 的节点上的一个钩子返回了：{type}。它必须返回元组。",
  meansHookResult: "钩子的返回值会代替梯度，所以它必须是形状和 dtype 都相同的张量；返回 None 则梯度不变。",
  markHooked: "它的钩子返回 {shape}",
  markHookedType: "它的钩子返回：{type}",
  hookCount: "{node} 上的钩子 {hook} 返回了 {got} 个梯度，应为 {expected} 个。",
  meansNodeHook: "节点的钩子返回一个元组，收到几个梯度就返回几个；或者返回 None。",
  markHookCount: "{got} 个，应为 {expected} 个",

  gradientCount: "{function} 的 forward 接受 {inputs}，共 {expected} 个输入；它的 backward 却返回 {got} 个。",
  gradientOfNumber: "{function} 的 backward 给 {input} 返回了梯度，而它不是张量。",
  meansGradientCount:
    "backward 要按顺序为 forward 在 ctx 之后的每个输入各返回一项：它的梯度；没有梯度可给就返回 None。",
  markGradientCount: "梯度：{got} 个，输入：{expected} 个",
  markNumberInput: "{input}：不是张量",
  fixNone: "不需要梯度的输入返回 None",
  gradientShape: "{function} 的 backward 返回形状为 {got} 的梯度，而 {input} 的形状是 {wanted}。",
  meansGradientShape: "梯度说的是输入的每个元素改变时结果怎样变，所以它与输入形状相同。",
  markGradientShape: "梯度 {got}，应为 {wanted}",
  gradientType: "{function} 的 backward 返回了：{type}。",
  markGradientType: "返回了：{type}",
  nothingSaved: "{function} 的 backward 要从保存的内容中取出 {names}，但 forward 什么也没有保存。",
  notKept: "{function} 的 backward 要用 {attribute}，但 forward 从未设置它。",
  meansSaved:
    "backward 在之后才运行，只知道 forward 留在 ctx 里的东西：张量用 ctx.save_for_backward(...)，其他的作为属性。",
  markNothingSaved: "什么也没有保存",
  markNotKept: "没有留下 {attribute}",
  fixSave: "在 forward 中保存它",
  fixKeep: "在 forward 中留下 {attribute}",

  targetMeets:
    "{code}（单元格 {cell} 第 {line} 行）把形状为 {left} 的 {a} 与形状为 {right} 的 {b} 相比较。叠在一起得到 {shape}：共 {count} 个差，每个预测都与每个目标相减。",
  meansTargetMeets: "PyTorch 像 + 和 * 那样重复较小的一方，于是损失平均了许多不相干的配对，几乎降不下去。",
};
