/** Which nodes a reason is told of, by what they are called. Written by `make sentences`. */

import type { ReasonKey } from "./sentences.en";

export const NODES: readonly (readonly [RegExp, ReasonKey])[] = [
  [/^(AsStrided|Unfold|Embedding|Repeat)Backward/, "readTwice"],
  [/^(Mm|Bmm|Addmm|Baddbmm|Addbmm|Mv|Addmv)Backward/, "product"],
  [/^(Safe)?SoftmaxBackward/, "softmax"],
  [/^LogSoftmaxBackward/, "logSoftmax"],
  [/^ConvolutionBackward/, "window"],
  [/^NativeLayerNormBackward/, "normRow"],
  [/^NativeGroupNormBackward/, "normGroup"],
  [/^(Adaptive)?AvgPool\dDBackward/, "pooled"],
  [/^CumsumBackward/, "runningSum"],
  [/^ConstantPadNdBackward/, "padded"],
  [/^Upsample\w+Backward/, "enlarged"],
];
