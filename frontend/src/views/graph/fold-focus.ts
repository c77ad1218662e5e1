/** Keys that fold a box or open one are next at what stands in its place: pressed again, they take back what they did. */
import { type Scene, scene } from "../../state/scene";

/** A drawing is laid out in a worker: by then it is there, in frames. */
const FRAMES = 60;

/** The box or the card that has the focus goes with the next drawing: which of that one stands for it, as a selector? */
export function focusThroughFold(successor: (drawn: Scene) => string | null): void {
  const at = document.activeElement;
  if (!at?.matches(":focus-visible")) return;
  const before = scene.value;
  const look = (frames: number): void => {
    const drawn = scene.value;
    if (drawn === before) {
      if (frames > 0) requestAnimationFrame(() => look(frames - 1));
      return;
    }
    const selector = drawn && successor(drawn);
    if (selector) reach(selector, frames);
  };
  look(FRAMES);
}

function reach(selector: string, frames: number): void {
  const found = document.querySelector<SVGElement>(selector);
  if (found) found.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => reach(selector, frames - 1));
}

/** The folded card that stands for some of these ops. */
export function foldedCard(ops: readonly number[]): (drawn: Scene) => string | null {
  const inside = new Set(ops);
  return ({ graph }) => {
    const card = graph.cards.find(({ fold, ops: own }) => fold && own.some((op) => inside.has(op)));
    return card ? `[data-node="${CSS.escape(card.id)}"]` : null;
  };
}

/** The title of the first of these scopes that is drawn open, else the first card of these ops. */
export function openedBox(
  scopes: readonly number[],
  ops: readonly number[],
): (drawn: Scene) => string | null {
  const inside = new Set(ops);
  return ({ graph }) => {
    const group = graph.groups.find(({ scope }) => scopes.includes(scope));
    if (group) return `[data-group="${CSS.escape(group.id)}"]`;
    const card = graph.cards.find(({ ops: own }) => own.some((op) => inside.has(op)));
    return card ? `[data-node="${CSS.escape(card.id)}"]` : null;
  };
}
