/** What a diagnosis says, in English. `{holes}` are names, code and numbers. */

import type { CALLS_EN } from "./sentences.calls.en";

export const DIAGNOSIS_EN = {
  freedFirst:
    "{node} had saved {saved} for its backward. Backward pass {pass}, {code} (cell {cell}, line {line}), used that and let it go.",
  freedFirstNothing:
    "{node} kept what its backward needs. Backward pass {pass}, {code} (cell {cell}, line {line}), used that and let it go.",
  freedAgain: "Now {code} (cell {cell}, line {line}) comes to {node} again and finds nothing.",
  freedLoop:
    "This round's {name} was computed from the {name} of the round before, so its backward goes on into that round's graph and comes to {node}, which is empty.",
  meansFreed:
    "PyTorch lets go of what was saved for backward as soon as it has been used, to save memory. To go back through the same graph twice, the first pass must keep it; to go back through a new graph only, cut it off from the old one.",
  markFreed: "freed by backward {pass}",
  markCarried: "carried over from the round before",
  fixRetain: "Keep the graph in the first pass",
  fixDetachState: "Cut {name} off after each round",

  savedInput: "{node} saved {tensor} at version {saved}: its gradient formula needs these numbers.",
  savedResult:
    "{node} saved its own result, {tensor}, at version {saved}: its gradient formula needs these numbers.",
  changedBy:
    "{code} (cell {cell}, line {line}) then wrote into the same memory, which is now at version {now}.",
  meansOverwritten:
    "Every write in place counts up a tensor's version. {node} finds another version than it saved: the numbers it needs are gone, and PyTorch stops rather than give a wrong gradient.",
  markSaved: "saved at version {saved}, now {now}",
  markWrites: "written here: version {now}",
  fixOutOfPlace: "Make a new tensor instead of writing into the old one",
  fixCopyFirst: "Write into a copy of {name}",

  hiddenChange:
    "{code} (cell {cell}, line {line}) then wrote into the same memory through .data, which does not count up the version.",
  hiddenResult:
    "So {node} used the new numbers without noticing: the gradient from here on is wrong, and nothing was raised.",
  markWrong: "wrong from here on",
  markHidden: "changed without notice",
  fixData: "Write into a copy of the numbers",

  rootWithout: "{name} has no grad_fn: nothing leads back from it to a leaf that requires grad.",
  cutDetach:
    "{code} (cell {cell}, line {line}) took {tensor} without its history: detach() gives a constant.",
  cutData:
    "{code} (cell {cell}, line {line}) took {tensor} without its history: .data gives the numbers only.",
  cutNoGrad: "{code} (cell {cell}, line {line}) ran under no_grad, so it was not recorded.",
  cutExit:
    "{code} (cell {cell}, line {line}) took the number of {tensor} out to Python, where no gradient can follow.",
  cutNotDifferentiable:
    "{code} (cell {cell}, line {line}) has no slope: its result is no longer a quantity that changes smoothly with {tensor}.",
  cutRewrap:
    "{code} (cell {cell}, line {line}) copied the numbers of {tensor} into a new tensor, without their history.",
  cutOther: "{code} (cell {cell}, line {line}) does not pass a gradient on to {tensor}.",
  silentLeaf: "It was computed from {name}, a leaf made without requires_grad.",
  askedLate:
    "requires_grad was set on {name} only after it had been used; what was computed before is not recorded.",
  fromItem: "It holds the very number that {code} took out of the graph.",
  noCreateGraph:
    "{code} (cell {cell}, line {line}) computed this gradient without create_graph=True: it is a plain number, without a graph of its own.",
  meansCut:
    "A backward pass walks from a result to the leaves along what was recorded. This tensor has no record of how it was made, so there is nowhere to walk.",
  markNoGradFn: "no grad_fn",
  markNoCreateGraph: "went back from here without create_graph",
  markCut: "cut here",
  markSilent: "asks for no gradient",
  fixAttach: "Keep the history",
  fixStack: "Stack the tensors instead of copying their numbers",
  fixSmooth: "Take a smooth step instead of a comparison",
  fixRequiresGrad: "Ask for the gradient when the leaf is made",
  fixCreateGraph: "Record the first derivative too",
  fixUpdateInPlace: "Update the leaf itself",
  fixRecord: "Record it",

  manyNumbers:
    "{name} has {count} elements, and {call} (cell {cell}, line {line}) was given no weights for them.",
  meansNonScalar:
    "A gradient is the slope of one number. For a tensor of several, say which number is meant: its sum, its mean, or a weighted sum by backward(gradient=...).",
  markMany: "more than one number",
  fixSum: "Go back from the sum",

  leafWritten: "{code} (cell {cell}, line {line}) writes into {name}, a leaf that requires grad.",
  meansLeafInPlace:
    "A leaf is where gradients are to arrive. Recorded, this write would turn it into a result, and its .grad would lose its meaning. Under no_grad the write is not recorded and the leaf stays a leaf.",
  markLeaf: "a leaf that requires grad",
  fixNoGrad: "Write under no_grad",

  toNumpy: "{name} requires grad, and numpy() (cell {cell}, line {line}) would hand its memory to numpy.",
  meansNumpy:
    "Autograd cannot follow what numpy does with the numbers. detach() first says that no gradient is meant to follow.",
  markTracked: "requires grad",
  fixDetach: "Detach first",

  flagOfResult:
    "{name} was computed by {code}; that it requires grad follows from this (cell {cell}, line {line} tries to change it).",
  meansFlag:
    "Only a leaf's requires_grad can be set. A result requires grad because something it was made from does; detach() gives the same numbers without that history.",
  markResult: "a result, not a leaf",

  integers: "{code} (cell {cell}, line {line}) gives {dtype}.",
  meansIntegers:
    "A slope says what happens when a number changes a little. Whole numbers and truth values cannot change a little, so only floating-point tensors can require grad.",
  markIntegers: "not floating point",
  fixFloat: "Make it floating point",

  notComputedFrom:
    "{root} (cell {cell}, line {line}) was not computed from {name}: no way leads from one to the other.",
  meansUnused:
    "The gradient with respect to it is not zero by calculation; it does not exist in this graph. With allow_unused=True, autograd.grad gives None for it.",
  markUnused: "not used",
  fixAllowUnused: "Take None for it",

  noGradientYet: "No backward pass has run before cell {cell}, line {line}, so {name}.grad is None.",
  noGradientNow:
    "At cell {cell}, line {line}, {name}.grad is None: no gradient has reached {name} since it was made or cleared.",
  meansNoGradient:
    "None is not a tensor of zeros: it says that there is no gradient, so there is nothing to clear.",
  markNoGradient: "grad is None",
  fixIfThere: "Clear it only if it is there",

  plainNumber: "{name} (cell {cell}, line {line}) is no tensor but a plain {type}, which has no backward().",
  meansPlainNumber:
    "item(), float() and numpy() hand over the number alone. What is computed from it is Python's arithmetic, of which autograd sees nothing: keep tensors up to backward(), and take the number out to print it.",
  noneInFormula: "{code} computes with a .grad that is None.",
  meansNoneInFormula:
    "None is not a tensor of zeros: there is no gradient to compute with. It comes with a backward() that reaches this very leaf, and goes when it is cleared or when the name is given to another tensor.",

  nonLeaf:
    "{name} is no leaf: it was computed by {code} (cell {cell}, line {line}). The gradient passes through it and is not kept.",
  leafNameless:
    "The leaf is the tensor inside that expression, and it has no name; its .grad is where the gradient went.",
  leafLostName:
    "{name} used to name a leaf, and the gradient went to that leaf; the name now belongs to this result.",
  leafIsOther: "The gradient went on to {leaf}.",
  meansNonLeaf:
    "backward() fills .grad of leaves only; for a result it stays None, and PyTorch warns that one was probably expected.",
  markNonLeaf: "no leaf: keeps no .grad",
  markGradientHere: "the gradient is here",
  fixAskLast: "Ask for the gradient last, so that {name} is the leaf",
  fixRetainGrad: "Keep the gradient of {name}",
} as const;

export type DiagnosisKey = keyof typeof DIAGNOSIS_EN | keyof typeof CALLS_EN;
