/** Words of the legend, in English. */

export const legendEn = {
  title: "What the signs here mean",
  close: "Close",
  signs: {
    forward: "Computed in this step",
    operand: "A value on its way into it",
    backward: "At work in this step of the backward pass",
    product: "What goes back along an edge: the gradient that came in (underlined) times the slope here",
    arrived: "What had come along an edge, to be added up",
    tracked: "Autograd follows it: a gradient can come here",
    plain: "Nobody asks for its gradient",
    cut: "Cut off: no gradient comes here",
    blocked: "No gradient passes here; point at it for the reason",
    pending: "Still to come",
    saved: "Keeps what its way back will need",
    freed: "Has let go of what its way back needed",
    storage: "The same letter, the same memory; v counts the writes into it",
    written: "Written into in this step",
    tint: "Blue above zero, orange below; the stronger, the further from it",
    folded: "Folded: press it to open it",
    loop: "Leads to all iterations of the loop",
    marked: "What the explanation of the error speaks of",
  },
  /** Where a finger asks and nothing can be pointed at. */
  touched: { blocked: "No gradient passes here; tap it for the reason" },
};

export type LegendWords = typeof legendEn;
