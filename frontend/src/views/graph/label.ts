/** What a screen reader says of a card: op, name, value, gradient, state. */
import type { Run } from "../../core/run";
import type { Card, CardState } from "../../core/types";
import { numbersOf } from "../../core/values";
import { type CardFace, gradientText } from "../../graph/face";
import type { Messages } from "../../i18n/en";
import { gradientNotes } from "./notes";

export function cardLabel(run: Run, card: Card, face: CardFace, state: CardState, t: Messages): string {
  if (card.kind === "folded") return t.everywhere.list(face.title, face.aside);
  const op = card.kind === "op" && card.op !== null ? run.trace.ops[card.op]?.name : undefined;
  const parts = [op ?? face.title, state.name || card.name, face.aside];
  if (state.state !== "pending") {
    if (state.value !== null && card.tensor !== null) {
      const value = gradientText(numbersOf(run.trace, state.value, card.tensor));
      parts.push(t.everywhere.value(value));
    }
    if (card.kind !== "node") parts.push(gradientNotes(run, card, state, t)[0]?.text ?? "");
    if (state.freed) parts.push(t.graph.freed);
  }
  const now = state.state === "active" ? state.direction : null;
  parts.push(now === null ? t.graph.states[state.state] : t.everywhere.now[now]);
  return parts.filter((part) => part !== "").reduce(t.everywhere.list);
}
