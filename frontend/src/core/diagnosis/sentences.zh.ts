/** 诊断的中文说法。`{...}` 中是名字、代码和数。 */

import type { DIAGNOSIS_EN } from "./sentences.en";

export const DIAGNOSIS_ZH: Record<keyof typeof DIAGNOSIS_EN, string> = {
  freedFirst:
    "{node} 为反向保存了 {saved}。第 {pass} 次反向传播 {code}（单元格 {cell} 第 {line} 行）用过之后就把它释放了。",
  freedFirstNothing:
    "{node} 保存了反向所需的数据。第 {pass} 次反向传播 {code}（单元格 {cell} 第 {line} 行）用过之后就把它们释放了。",
  freedAgain: "现在 {code}（单元格 {cell} 第 {line} 行）又走到 {node}，那里已经空了。",
  freedLoop:
    "这一轮的 {name} 由上一轮的 {name} 算出，所以反向会继续走进上一轮的图，到达 {node}，而那里已经空了。",
  meansFreed:
    "为了节省内存，PyTorch 在反向用过保存的数据之后立即释放。要对同一张图反向两次，第一次就得保留它；只想对新的图反向，就要把它与旧图断开。",
  markFreed: "已被第 {pass} 次反向释放",
  markCarried: "从上一轮带过来",
  fixRetain: "第一次反向时保留图",
  fixDetachState: "每轮结束时断开 {name}",

  savedInput: "{node} 保存了版本 {saved} 的 {tensor}：它的梯度公式需要这些数值。",
  savedResult: "{node} 保存了自己的结果 {tensor}（版本 {saved}）：它的梯度公式需要这些数值。",
  changedBy: "随后 {code}（单元格 {cell} 第 {line} 行）写入了同一块内存，现在是版本 {now}。",
  meansOverwritten:
    "每次就地写入都会让张量的版本号加一。{node} 发现版本与保存时不同：它需要的数值已经没有了，PyTorch 宁可停下，也不给出错误的梯度。",
  markSaved: "保存时版本 {saved}，现在 {now}",
  markWrites: "在这里写入：版本 {now}",
  fixOutOfPlace: "得到新张量，而不是改写旧张量",
  fixCopyFirst: "改写 {name} 的副本",

  hiddenChange: "随后 {code}（单元格 {cell} 第 {line} 行）通过 .data 改写了它，版本号不变。",
  hiddenResult: "于是 {node} 毫无察觉地用了新数值：从这里起梯度是错的，也没有报错。",
  markWrong: "从这里开始出错",
  markHidden: "未被察觉的改动",
  fixData: "改写数值的副本",

  rootWithout: "{name} 没有 grad_fn：从它出发，没有路通向需要梯度的叶子。",
  cutDetach: "{code}（单元格 {cell} 第 {line} 行）取走了 {tensor} 的数值而丢下历史：detach() 得到的是常数。",
  cutData: "{code}（单元格 {cell} 第 {line} 行）取走了 {tensor} 的数值而丢下历史：.data 只给出数值。",
  cutNoGrad: "{code}（单元格 {cell} 第 {line} 行）在 no_grad 下执行，没有被记录。",
  cutExit: "{code}（单元格 {cell} 第 {line} 行）把 {tensor} 的数取出到 Python，梯度跟不过去。",
  cutNotDifferentiable: "{code}（单元格 {cell} 第 {line} 行）没有斜率：结果不随 {tensor} 平滑变化。",
  cutRewrap: "{code}（单元格 {cell} 第 {line} 行）把 {tensor} 的数值复制到新张量中，没有带上历史。",
  cutOther: "{code}（单元格 {cell} 第 {line} 行）不会把梯度传给 {tensor}。",
  silentLeaf: "它由 {name} 算出，这个叶子创建时没有 requires_grad。",
  askedLate: "{name} 用过之后才设置 requires_grad；此前的计算没有被记录。",
  fromItem: "它里面的数正是 {code} 从图中取出的那个。",
  noCreateGraph:
    "{code}（单元格 {cell} 第 {line} 行）计算这个梯度时没有 create_graph=True：它只是普通的数，没有自己的图。",
  meansCut: "反向沿着记录从结果走向叶子。这个张量没有“怎样得来”的记录，无路可走。",
  markNoGradFn: "没有 grad_fn",
  markNoCreateGraph: "从这里反向时没有 create_graph",
  markCut: "在这里断开",
  markSilent: "没有要求梯度",
  fixAttach: "保留历史",
  fixStack: "拼接张量，而不是复制数值",
  fixSmooth: "用平滑的阶跃代替比较",
  fixRequiresGrad: "创建叶子时就要求梯度",
  fixCreateGraph: "把一阶导数也记录下来",
  fixUpdateInPlace: "更新叶子本身",
  fixRecord: "让它被记录",

  manyNumbers: "{name} 有 {count} 个元素，而 {call}（单元格 {cell} 第 {line} 行）没有得到它们的权重。",
  meansNonScalar:
    "梯度是单个数的斜率。张量有多个数时，要说明指的是哪个数：它们的和、均值，或用 backward(gradient=...) 加权求和。",
  markMany: "不止一个数",
  fixSum: "从总和开始反向",

  leafWritten: "{code}（单元格 {cell} 第 {line} 行）写入了 {name}，而它是需要梯度的叶子。",
  meansLeafInPlace:
    "叶子是梯度要到达的地方。如果记录这次写入，它就会变成计算结果，它的 .grad 也就失去了意义。在 no_grad 下写入不被记录，叶子仍是叶子。",
  markLeaf: "需要梯度的叶子",
  fixNoGrad: "在 no_grad 下写入",

  toNumpy: "{name} 需要梯度，而 numpy()（单元格 {cell} 第 {line} 行）会把它的内存交给 numpy。",
  meansNumpy: "自动微分无法跟踪 numpy 对这些数做的事。先 detach()，表示不需要梯度跟随。",
  markTracked: "需要梯度",
  fixDetach: "先分离",

  flagOfResult: "{name} 由 {code} 算出，它需要梯度正是由此而来（单元格 {cell} 第 {line} 行试图改变它）。",
  meansFlag:
    "只有叶子的 requires_grad 可以设置。计算结果需要梯度，是因为参与计算的某个张量需要；detach() 给出同样的数值，但没有这段历史。",
  markResult: "是计算结果，不是叶子",

  integers: "{code}（单元格 {cell} 第 {line} 行）得到的是 {dtype}。",
  meansIntegers: "斜率说的是数稍微改变时会怎样。整数和真假值无法“稍微”改变，所以只有浮点张量可以要求梯度。",
  markIntegers: "不是浮点数",
  fixFloat: "改成浮点数",

  notComputedFrom: "{root}（单元格 {cell} 第 {line} 行）不是由 {name} 算出的：两者之间没有路。",
  meansUnused:
    "对它的梯度并不是算出来等于零，而是在这张图里根本不存在。加上 allow_unused=True，autograd.grad 会为它返回 None。",
  markUnused: "没有用到",
  fixAllowUnused: "接受 None",

  noGradientYet: "在单元格 {cell} 第 {line} 行之前没有做过反向传播，所以 {name}.grad 是 None。",
  noGradientNow: "在单元格 {cell} 第 {line} 行，{name}.grad 是 None：{name} 创建或清除之后还没有梯度到达。",
  meansNoGradient: "None 不是全零的张量：它表示没有梯度，所以没有东西可以清零。",
  markNoGradient: "grad 是 None",
  fixIfThere: "有梯度时才清零",

  plainNumber: "{name}（单元格 {cell} 第 {line} 行）不是张量，只是一个普通的 {type}，没有 backward()。",
  meansPlainNumber:
    "item()、float() 和 numpy() 只交出数值本身。之后用它做的是 Python 的算术，自动微分看不到：到 backward() 为止都用张量，只在打印时才取出数值。",
  noneInFormula: "{code} 用到的 .grad 是 None。",
  meansNoneInFormula:
    "None 不是全零的张量：没有梯度可以拿来计算。backward() 到达这个叶子之后它才会有；清除梯度，或把这个名字给了别的张量之后，它就没有了。",

  nonLeaf: "{name} 不是叶子：它由 {code}（单元格 {cell} 第 {line} 行）算出。梯度从它那里经过，但不会留下。",
  leafNameless: "真正的叶子是那个表达式里没有名字的张量；梯度在它的 .grad 中。",
  leafLostName: "{name} 原本是叶子的名字，梯度去了那里；现在它是计算结果的名字。",
  leafIsOther: "梯度继续流向了 {leaf}。",
  meansNonLeaf: "backward() 只填写叶子的 .grad；计算结果的一直是 None，所以 PyTorch 警告。",
  markNonLeaf: "不是叶子：不保留 .grad",
  markGradientHere: "梯度在这里",
  fixAskLast: "最后才要求梯度，让 {name} 成为叶子",
  fixRetainGrad: "保留 {name} 的梯度",
};
