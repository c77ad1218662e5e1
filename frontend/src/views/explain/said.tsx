/** A sentence of an explanation: code and numbers set apart, and what is on screen elsewhere a link to its step. */
import type { JSX } from "preact";
import { type Hole, partsOf, type Said } from "../../core/explain/said";
import { goToEvent, playing } from "../../state/player";
import { scene } from "../../state/scene";
import { pane, selected } from "../../state/screen";

export function Sentence<Key extends string>(props: {
  said: Said<Key>;
  templates: Record<Key, string>;
}): JSX.Element {
  return (
    <>
      {partsOf(props.templates, props.said).map((part, i) =>
        "words" in part ? part.words : <Filled key={i} hole={part.hole} />,
      )}
    </>
  );
}

export function Filled({ hole }: { hole: Hole }): JSX.Element {
  if (typeof hole === "string") return <b>{hole}</b>;
  return (
    <button type="button" class="link said-link" onClick={() => show(hole)}>
      {hole.text}
    </button>
  );
}

/** Goes to the step, and takes the card there. */
function show({ event, op, tensor }: Exclude<Hole, string>): void {
  playing.value = false;
  goToEvent(event);
  const cards = scene.value?.graph.cards.filter(({ fold }) => fold === null) ?? [];
  const card =
    cards.find((each) => op != null && each.ops.includes(op)) ??
    cards.find((each) => tensor != null && each.tensor === tensor);
  if (card) selected.value = card.id;
  pane.value = "graph";
}
