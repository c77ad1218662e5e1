/** Words for screen readers, and of the page without its server, in English. */

export const everywhere = {
  outline: "Cards in the order of the program",
  outlineHint:
    "The arrow keys go along edges to operands and users, and beside them through the program. Enter shows a card's details.",
  value: (text: string) => `value ${text}`,
  list: (left: string, right: string) => `${left}, ${right}`,
  now: { forward: "now, forward", backward: "now, backward" },
};
