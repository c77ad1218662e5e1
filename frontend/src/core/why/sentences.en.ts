/** What `why` answers, in English. `{holes}` are names, code and numbers. */

export const WHY_EN = {
  notMade: "{name} has not been made yet.",
  notAsked: "{name} does not require grad.",
  notFloat: "Its dtype is {dtype}, and only floating-point numbers have slopes.",
  switchedOff: "{code} (cell {cell}, line {line}) set its requires_grad to False.",
  silent: "It was made without requires_grad.",
  fromSilent: "It was computed from {leaf}, which was made without requires_grad.",
  noPass: "No backward pass has run yet.",
  cleared: "{name} was set to None, and no pass has brought a gradient since.",
  cutDetach: "{code} (cell {cell}, line {line}) cuts it off: detach() gives a constant.",
  cutData: "{code} (cell {cell}, line {line}) cuts it off: .data gives the numbers only.",
  cutNoGrad: "{code} (cell {cell}, line {line}) ran under no_grad and was not recorded.",
  cutExit: "{code} (cell {cell}, line {line}) takes the number out to Python, where no gradient can follow.",
  cutNotDifferentiable: "{code} (cell {cell}, line {line}) has no slope: no gradient goes back through it.",
  cutRewrap: "{code} (cell {cell}, line {line}) copies the numbers into a new tensor, without history.",
  cutOther: "{code} (cell {cell}, line {line}) does not pass a gradient on to {tensor}.",
  throughCut: "{name} leads to {root}, where a backward pass began, only through a cut.",
  passedBefore:
    "In backward pass {pass} {gradient} passed through {name}; only leaves keep theirs, so {name}.grad is None.",
  cutShort: "The backward pass ended in the error before it brought {name} a gradient.",
  handedBack: "autograd.grad handed its gradients back; it does not fill .grad.",
  underWay: "Backward pass {pass} is under way and has not brought {name} its gradient yet.",
  writtenSince:
    "{root} was computed from {name} before {code} (cell {cell}, line {line}) wrote into it; the gradient went to what it was then.",
  notWanted: "{name} leads to {root}, but the passes from there did not bring it a gradient.",
  leadsElsewhere: "What was computed from {name} leads to no tensor that a backward pass began at.",
  unused: "Nothing was computed from {name}, so no backward pass could reach it.",

  passing: "{name} is no leaf: this is the gradient that passes through it, and {name}.grad stays None.",

  zeroed: "{name} was set to zero, and no pass has added to it since.",
  zeroPlain: "What arrived at {name} is zero.",
  cancelsOld: "The last pass brought {last}, which cancels what was in {name}.",
  cancel: "{count} contributions reach {name} and cancel: {parts} = 0.",
  oneZero: "The only contribution to {name} is zero.",
  allZero: "All {count} contributions to {name} are zero.",
  partZero: "{count} of its {total} elements: zero.",
  flatRelu:
    "At {code} (cell {cell}, line {line}) the gradient is stopped where {op} is flat: its input is {input}.",
  flatStairs:
    "{code} (cell {cell}, line {line}) is a staircase: {op} is flat between its steps, so its slope is 0.",
  flatClamp:
    "At {code} (cell {cell}, line {line}) the gradient is stopped where the input, {input}, is outside the bounds.",
  flatNotTaken: "{code} (cell {cell}, line {line}) passes the gradient only to the elements that it takes.",
  flatKink: "{code} (cell {cell}, line {line}) has a kink where its input is 0; PyTorch takes slope 0 there.",
  flatFactor: "At {code} (cell {cell}, line {line}) the gradient is multiplied by {other}.",
  flatOther:
    "At {code} (cell {cell}, line {line}) the gradient {gradient} comes in and 0 goes on: {op} is flat at {input}.",
  flatFormula: "In the backward of {code} (cell {cell}, line {line}): {formula} = {numbers}.",
  flatNode: "{node} sends 0 on.",

  madeWild: "The backward of {code} (cell {cell}, line {line}) made it: {formula} = {numbers} = {result}.",
  madeWildPlain:
    "The backward of {code} (cell {cell}, line {line}) made it: {gradient} came in, {result} went on.",
  forwardWild: "Already in the forward pass {code} (cell {cell}, line {line}) gave {value}.",
  untaken:
    "The zero comes from the branch that {where} did not take: 0 times a number that is not finite is not 0.",
  infinitiesMeet:
    "Infinite contributions of both signs reach {name}, and their sum is not a number: {parts}.",
  overflowSum: "The {count} contributions to {name} are finite; their sum is too large for the dtype.",

  grows:
    "On the way back its largest element grew from {begins} to {ends}, in {count} steps by factors between {low} and {high}.",
  shrinks:
    "On the way back its largest element shrank from {begins} to {ends}, in {count} steps by factors between {low} and {high}.",
  evenFactors:
    "On the way back its largest element went from {begins} to {ends}, in {count} steps by the factor {factor} each.",
  oneFactor:
    "On the way back its largest element went from {begins} to {ends}, by the factor {factor} at {code}.",
  oneSum:
    "On the way back its largest element went from {begins} to {ends}: {count} contributions to {name} add up.",
  largestSum: "The largest factor, {factor}, is where {count} contributions to {name} add up.",
  smallestSum: "The smallest factor, {factor}, is where {count} contributions to {name} add up.",
  largestFactor: "The largest factor, {factor}, is at {code}.",
  smallestFactor: "The smallest factor, {factor}, is at {code}.",
  accumulated:
    "{name} holds the sum of {count} passes that nothing cleared in between: after the first it was {first}; the last that added to it was pass {last}.",
  afterClearing: "{name} was cleared (it was {before}); what it holds is of the one pass since.",
  contributions: "{count} contributions reach {name}: {parts}.",
  single: "One contribution reaches {name}: {code} turns {gradient} into {value}.",
  beganHere: "A backward pass began at {name}, with gradient {gradient}.",
  noReason: "The trace does not say how the gradient of {name} came to be.",
} as const;

export type WhyKey = keyof typeof WHY_EN;
