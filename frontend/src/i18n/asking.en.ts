/** Words of what a class is asked before a gradient shows, in English. */

export const asking = {
  label: "Predict",
  question: (name: string) => `What will ${name}.grad be?`,
  guess: "e.g. [0, 4]",
  check: "Check",
  sign: "Or only its sign",
  signs: { "−": "All negative", "0": "All zero", "+": "All positive" },
  unreadable: "Type numbers, such as 3 or [0, 4].",
  show: "Show it",
  right: "Right:",
  wrong: "Not quite.",
  instead: (said: string, answer: string) => `You said ${said}; it is ${answer}.`,
};
