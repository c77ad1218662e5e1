/** Why the VJP of an op that is no arithmetic gives what it gives, in English. Written by `make sentences`. */

export const REASONS_EN = {
  readTwice: "An element that was read at several places adds up what comes for each of them.",
  lossMean: "The loss is minus the mean of what was taken from {n} rows, so each of these gets −1/{n}.",
  lossOne: "The loss is minus what was taken from the one row that counts, so this gets −1 of the gradient.",
  lossWeighted:
    "The loss is minus the weighted mean of what was taken, so each gets minus its share of the weights.",
  lossSum: "The loss is minus the sum of what was taken, so each gets −1 of the gradient.",
  product: "In a matrix product each factor gets the gradient times the other factor, transposed.",
  softmax:
    "Softmax shares out 1: what one gets more, the others get less. So what counts is how far a gradient is from their weighted mean.",
  logSoftmax:
    "A larger input lowers all of these log-probabilities by its probability: that part of the summed gradient is taken off.",
  window:
    "A weight was used at every place of the window, and adds up gradient times the input it met there; an input adds up gradient times each weight it met.",
  normBatch:
    "Mean and spread came from the batch, so moving all inputs alike, or scaling them, changes nothing: those two parts of the gradient are taken off.",
  normFixed:
    "Mean and spread are those that were kept, so each input only gets the gradient times weight / spread.",
  normRow:
    "Mean and spread came from the row itself, so moving all of it alike, or scaling it, changes nothing: those two parts of the gradient are taken off.",
  normGroup:
    "Mean and spread came from the group itself, so moving all of it alike, or scaling it, changes nothing: those two parts of the gradient are taken off.",
  pooled: "Each element was a part of its window's mean, and gets that part of the window's gradient.",
  runningSum:
    "An element is in its own running sum and in all that come after it, and adds up what comes for these.",
  padded: "What was put around it came from nowhere: that part of the gradient is cut off.",
  enlarged: "An element was copied to several places, or mixed into them, and adds up what comes from there.",
} as const;

export type ReasonKey = keyof typeof REASONS_EN;
