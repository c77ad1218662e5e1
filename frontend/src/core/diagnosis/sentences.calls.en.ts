/** What is said of calls that fail for what they were given: shapes, layers, dtypes, hooks, custom Functions. */

export const CALLS_EN = {
  trialRunning: "Trying whether a change makes it run…",
  trialFailed: "No simple change makes it run: what was meant decides which of the two is wrong.",
  misfit: "What does not fit",
  misfitHere: "does not fit",

  productAxes:
    "{code} (cell {cell}, line {line}) multiplies matrices: the last axis of {a} is {left} long, and {b} has {right} for it.",
  meansProduct:
    "A matrix product pairs each row of the left factor with each column of the right one, number by number. So the left factor's last axis must be as long as the right factor's last but one, or its only one.",
  markLast: "last axis: {size}",
  markRows: "rows: {size}",
  markLength: "length: {size}",
  fixUse: "Write {text}",

  broadcastAxes:
    "{code} (cell {cell}, line {line}) takes {a} and {b} element by element; laid over each other from the last axis, {left} meets {right}.",
  meansBroadcast:
    "Shapes are compared from the right. Two sizes fit if they are equal or one of them is 1 or not there: then it is repeated. Here neither is so, and nothing says which element belongs to which.",
  meansDot: "A dot product multiplies two vectors element by element and adds up: both need the same length.",
  targetSizes: "{code} (cell {cell}, line {line}) compares {a} of shape {left} with {b} of shape {right}.",
  meansTargetSize:
    "This loss wants one target for each prediction, in the same shape; it does not repeat either to make them fit.",
  markShape: "shape {shape}",

  expandedSizes: "{code} (cell {cell}, line {line}) has room for shape {target}; the value has shape {own}.",
  meansExpanded:
    "A value is repeated only along axes of size 1 or along new axes in front. Any other size must be the one that is asked for.",

  layoutSizes:
    "{a} has {size} elements, but {wanted} in {code} (cell {cell}, line {line}) is a shape for {holds}.",
  layoutRest:
    "{a} has {size} elements, which cannot be dealt out in parts of {known}, as {wanted} in {code} (cell {cell}, line {line}) asks.",
  meansLayout:
    "view and reshape show the same elements in other rows, so the sizes must multiply to the same number. One of them may be -1: PyTorch works it out.",
  markElements: "{size} elements",
  layoutStrides:
    "In memory the elements of {a} do not lie row after row (shape {shape}, strides {strides}), so {code} (cell {cell}, line {line}) cannot show them in that shape.",
  meansStrides:
    "view never copies: it only counts the same memory in another way. reshape does the same where it can and copies where it cannot.",
  markStrides: "strides {strides}",

  joinedSizes:
    "{code} (cell {cell}, line {line}) puts tensors one behind the other along axis {along}. On axis {axis} they must agree, but {a} has {left} there and {b} has {right}.",
  joinedAxes:
    "{code} (cell {cell}, line {line}) joins {a}, which has {left} axes, and {b}, which has {right}.",
  meansJoined:
    "cat makes one axis longer and leaves all the others as they are, so the tensors may differ in that one axis only.",
  fixAxis: "Along axis {axis}",
  stackedSizes: "{code} (cell {cell}, line {line}) stacks {a} of shape {left} and {b} of shape {right}.",
  meansStacked:
    "stack lays tensors on each other along a new axis: all need the same shape. cat puts them one behind the other along an axis that they have.",
  fixCat: "Put them one behind the other with cat",

  weightSizes:
    "{code} (cell {cell}, line {line}) starts from {root} of shape {left}, with weights of shape {right}.",
  meansWeights:
    "backward(gradient) weighs each element of the tensor that it starts from: it needs one number for each, in the same shape.",
  fixOnes: "A weight of one for each element",
  batchSizes:
    "{code} (cell {cell}, line {line}): the first axis of {a} holds {samples} samples, and {b} has {targets} answers.",
  meansBatch: "The loss takes one target for each sample, and samples are counted along the first axis.",
  axisRange:
    "{a} has shape {shape}: its axes count from 0 to {most}. {code} (cell {cell}, line {line}) asks for axis {asked}.",
  meansAxis: "Axes count from 0; -1 is the last one, whatever their number.",
  subscriptSizes:
    "In {code} (cell {cell}, line {line}) the letter {letter} stands for an axis of size {sizes} at once.",
  meansSubscripts: "Axes with the same letter are walked through together, so they must be equally long.",

  layerTakes: "{layer} was made as {made} (cell {madeCell}, line {madeLine}): it takes {takes} features.",
  layerGiven:
    "{code} (cell {cell}, line {line}) gave it {x} of shape {shape}: the last axis brings {brings}.",
  meansLinear:
    "A linear layer multiplies the last axis of its input by its weight, and must have been made for that length. In PyTorch's message mat1 is the input with all other axes rolled into one, mat2 the weight transposed.",
  markBrings: "brings {size}",
  markTakes: "takes {size}",
  fixMade: "Make it as {text}",
  layerChannels: "{layer} was made as {made} (cell {madeCell}, line {madeLine}): it takes {takes} channels.",
  weightChannels: "{weight} is a kernel for {takes} channels.",
  givenChannels:
    "{code} (cell {cell}, line {line}) gave it {x} of shape {shape}, which has {brings} where the channels are.",
  meansChannels:
    "A convolution expects its input as batch, channels, and then height and width (or what there is), and has weights for a certain number of channels.",
  markChannels: "channels: {size}",
  givenFeatures:
    "{code} (cell {cell}, line {line}) gave it {x} of shape {shape}, which has {brings} on axis 1.",
  callTakes: "What is called was made for {takes} features.",
  meansNormalised:
    "A layer has its own numbers for each feature that it was made for, so the input must bring just as many.",
  tableRows: "{table} has {rows} rows, numbered from 0 to {last}.",
  tableAsked: "{code} (cell {cell}, line {line}) asks for row {asked}: {index} holds that number.",
  meansTable: "An embedding looks up rows of a table by their number; a number past the end has no row.",
  markAsks: "asks for {size}",
  markHasRows: "{size} rows",
  beforeInit:
    "At cell {cell}, line {line} the module does not exist yet: {code} came before super().__init__().",
  meansBeforeInit:
    "nn.Module.__init__ makes the lists in which a module keeps its layers and parameters. Until it has run, there is nowhere to put them.",
  fixSuper: "Call super().__init__() first",
  optimisesResult:
    "{name} was computed by {made}: it is a result, and {code} (cell {cell}, line {line}) wants leaves.",
  meansOptimiser:
    "An optimiser changes leaves by their .grad. A result has no .grad, and changing it would not change what it was computed from.",
  assignsTensor: "Cell {cell}, line {line} puts a plain tensor where {parameter}, a parameter, is.",
  meansParameter: "A module's parameter can only be replaced by another nn.Parameter, or by None.",

  dtypePair: "{code} (cell {cell}, line {line}) multiplies {a}, which is {left}, by {b}, which is {right}.",
  meansDtypePair:
    "+ and * bring their operands to one dtype; matrix products and layers do not, because that would copy whole matrices. Bring one to the other's dtype yourself.",
  markDtype: "{dtype}",
  dtypeTarget:
    "{code} (cell {cell}, line {line}) wants the number of each sample's class, but {target} is {dtype}.",
  meansDtypeTarget:
    "Targets of a classification are positions: 0 for the first class, 1 for the second. PyTorch takes them as int64 (Long).",
  dtypeWritten:
    "{code} (cell {cell}, line {line}) writes into {name}, which is {dtype} and stays so; the result has fractions.",
  dtypeResult: "{code} (cell {cell}, line {line}) would put fractions into {name}, which is {dtype}.",
  meansDtypeWritten:
    "A tensor's dtype is that of its memory. Written in place, a result must go into that memory, and fractions would be lost there.",
  dtypeWhole: "{code} (cell {cell}, line {line}) gives fractions, but {name} is {dtype}.",
  meansDtypeWhole:
    "PyTorch does not choose a floating dtype for you here. float() says that the whole numbers are meant as float32.",
  dtypeIndex: "{code} (cell {cell}, line {line}) looks up elements by {index}, which is {dtype}.",
  meansDtypeIndex: "Positions are whole numbers, and a mask is True or False: nothing lies at position 0.5.",

  hookUntracked: "{code} (cell {cell}, line {line}) waits for the gradient of {name}, but none will come.",
  retainUntracked: "{code} (cell {cell}, line {line}) would keep the gradient of {name}, but none will come.",
  meansHook:
    "A hook is called when a backward pass brings a gradient to its tensor. Where no gradient is asked for, no pass comes by.",
  meansRetain:
    "retain_grad keeps what a backward pass brings to a result. Where no gradient is asked for, no pass comes by.",
  hookResized:
    "The hook {hook} of {name} was shown a gradient of shape {was} and gave back one of shape {given}.",
  hookNoTensor: "A hook of {name} was shown a gradient and gave back: {type}.",
  hookNoTuple: "A hook at the node of {name} gave back: {type}. It must be a tuple.",
  meansHookResult:
    "What a hook gives back takes the gradient's place, so it must be a tensor of the same shape and dtype; None leaves the gradient as it is.",
  markHooked: "its hook gave {shape}",
  markHookedType: "its hook gave: {type}",
  hookCount: "The hook {hook} at {node} gave back {got} gradients in the place of {expected}.",
  meansNodeHook: "A node's hook gives back a tuple with one gradient for each that it was shown, or None.",
  markHookCount: "{got} for {expected}",

  gradientCount: "forward of {function} takes {inputs}: {expected} inputs. Its backward gave back {got}.",
  gradientOfNumber: "The backward of {function} gave a gradient for {input}, which is no tensor.",
  meansGradientCount:
    "backward returns one thing for each input of forward after ctx, in the same order: the gradient, or None where there is none to give.",
  markGradientCount: "gradients: {got}, inputs: {expected}",
  markNumberInput: "{input}: no tensor",
  fixNone: "None for what takes no gradient",
  gradientShape:
    "The backward of {function} gave a gradient of shape {got} for {input}, which has shape {wanted}.",
  meansGradientShape:
    "A gradient says for each element of an input how the result changes with it, so it has the shape of that input.",
  markGradientShape: "gradient {got} for {wanted}",
  gradientType: "The backward of {function} gave back: {type}.",
  markGradientType: "gave back: {type}",
  nothingSaved:
    "The backward of {function} unpacks {names} from what was saved, but its forward has saved nothing.",
  notKept: "The backward of {function} asks for {attribute}, which its forward never set.",
  meansSaved:
    "backward runs later and knows only what forward left in ctx: tensors by ctx.save_for_backward(...), other things as attributes.",
  markNothingSaved: "saved nothing",
  markNotKept: "{attribute} was not kept",
  fixSave: "Save it in forward",
  fixKeep: "Keep {attribute} in forward",

  targetMeets:
    "{code} (cell {cell}, line {line}) compares {a} of shape {left} with {b} of shape {right}. Laid over each other they give {shape}: {count} differences, each prediction with every target.",
  meansTargetMeets:
    "PyTorch repeats the smaller one, as for + and *. The loss is then the mean over pairs that do not belong together, and it hardly gets smaller.",
} as const;
