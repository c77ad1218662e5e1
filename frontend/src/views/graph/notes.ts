/** What the line below a card's value says of its gradient, the fullest first: the first that fits is shown. */
import { added, signed } from "../../core/format";
import type { Oddity } from "../../core/oddities";
import type { Run } from "../../core/run";
import { isOfLeaf } from "../../core/state";
import type { Card, CardState } from "../../core/types";
import { type Numbers, numbersOf } from "../../core/values";
import { gradientChange, gradientText, oddityOfGradient, sumOfParts } from "../../graph/face";
import type { Messages } from "../../i18n/en";

export interface NoteText {
  readonly text: string;
  readonly class: "gradient" | "faint" | "muted";
  readonly odd?: Oddity | null;
  /** What it ends with, to be set as a matrix where there is room for one. */
  readonly numbers?: Numbers | null;
}

export function gradientNotes(run: Run, card: Card, state: CardState, t: Messages): NoteText[] {
  const numbers = (value: number): Numbers => numbersOf(run.trace, value);
  const say = (value: number) => gradientText(numbers(value));
  const note = (text: string, value: Numbers | number | null = null): NoteText => {
    const ends = typeof value === "number" ? numbers(value) : value;
    return { text, class: "gradient", odd: ends && oddityOfGradient(ends), numbers: ends };
  };
  const grad = (text: string) => `${t.graph.grad} ${text}`;
  if (state.gradBefore !== undefined) {
    const now = state.grad === null ? "None" : say(state.grad);
    const before = state.gradBefore === null ? "None" : say(state.gradBefore);
    return [note(gradientChange(t, before, now), state.grad), note(grad(`→ ${now}`), state.grad)];
  }
  const isLeaf = isOfLeaf(run, card);
  if (isLeaf && state.succeeded) return [];
  const parts = state.received.map(numbers);
  const value = isLeaf ? state.grad : (state.cotangent ?? state.grad);
  // What came in and is not yet taken in: contribution by contribution.
  if (parts.length > 0 && state.cotangent === null) {
    const sum = added(parts.map(gradientText));
    const before = isLeaf && value !== null ? grad(say(value)) : "";
    const onTop = before
      ? [note(state.collects ? added([before, sum]) : `${before} · ${t.seeing.arriving(sum)}`)]
      : [];
    const last = parts.at(-1) as Numbers;
    const newest = signed(gradientText(last));
    const after = parts.length > 1 ? [note(t.seeing.arriving(`… ${newest}`))] : [];
    return [...onTop, note(t.seeing.arriving(sum)), ...after, note(newest, last)];
  }
  // A leaf's .grad is what is stored with it, and that may have been thrown away.
  if (value === null && isLeaf && state.earlier) return [{ text: grad("None"), class: "faint" }];
  if (value === null && state.earlier) {
    const text = grad(say(state.earlier.value));
    const faint = (said: string): NoteText => ({ ...note(said, state.earlier?.value), class: "faint" });
    return [faint(`${text} · ${t.transport.backward(state.earlier.backward)}`), faint(text)];
  }
  if (value === null) return state.requiresGrad ? [{ text: t.graph.noGradYet, class: "faint" }] : [];
  const plain = note(grad(say(value)), value);
  const isSum = parts.length > 1 && state.state === "active" && state.direction === "backward";
  return isSum ? [note(sumOfParts(t, parts, numbers(value)), value), plain] : [plain];
}
