/** The words around explanations, in English; they come with the code that explains. */

export const explainEn = {
  label: "What went wrong",
  remark: "What happened here",
  meaning: "What PyTorch's message means",
  mend: "What mends it",
  silent: "No error was raised, but something went wrong.",
  silentToo: "Something else went wrong, without an error.",
  show: "Show it",
  why: "Why?",
  hideWhy: "Close",
  whyOf: (name: string) => `Why is the gradient of ${name} like this?`,
  verdicts: {
    none: "No gradient",
    nan: "NaN",
    infinite: "Infinite",
    zero: "Zero",
    part: "Partly zero",
    large: "Large",
    small: "Small",
    plain: "How it came to be",
  },
  gone: "before",
  fresh: "after",
};

export type ExplainWords = typeof explainEn;
