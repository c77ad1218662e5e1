/** The words on the marks of what differs between two runs, in English; they come with the marks. */

export const differencesEn = {
  value: "value",
  gradient: "gradient",
  tracking: "requires_grad",
  true: "True here",
  false: "False here",
  only: (letter: string) => `only in ${letter}`,
  edge: "This edge is otherwise in the other run",
  of: (name: string, found: string) => `${name} differs: ${found}`,
};

export type DifferencesWords = typeof differencesEn;
