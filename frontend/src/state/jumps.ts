/** Jumps of the player: to where the inspected value was made or is touched next, the next backward, the error, a line. */
import { stepAtSource } from "../core/at-source";
import { fullGraph } from "../core/cards";
import { errorAt, madeAt, nextBackward, nextTouch } from "../core/jumps";
import type { Card } from "../core/types";
import type { EditedCell } from "./cells";
import { inspected } from "./inspected";
import { eventsDone, goTo, goToEvent, playing, position, timeline } from "./player";
import { cellOfRun, isEdited, run } from "./run";
import { selected } from "./screen";

function jump(event: number | null): boolean {
  if (event === null) return false;
  playing.value = false;
  goToEvent(event);
  return true;
}

export const toMade = (card: Card): boolean => jump(madeAt(card));

export const toNextTouch = (card: Card): boolean =>
  run.value !== null && jump(nextTouch(run.value, card, eventsDone.value));

/** The selected card, though it be folded away at this step; else the one on view. */
export function subject(): Card | undefined {
  const picked =
    run.value && selected.value !== null ? fullGraph(run.value).byId.get(selected.value) : undefined;
  return picked ?? inspected.value?.card;
}

export const toNextBackward = (): boolean =>
  run.value !== null && jump(nextBackward(run.value, eventsDone.value));

export const toError = (): boolean => run.value !== null && jump(errorAt(run.value));

/** To the step of what stands at a place in a cell that ran as it is; said again, to its next occurrence. */
export function toSource(cell: EditedCell, line: number, column: number): void {
  const at = cellOfRun(cell);
  if (!run.value || !timeline.value || at === null || isEdited(cell)) return;
  const step = stepAtSource(run.value, timeline.value, { cell: at, line, column }, position.value);
  if (step === null) return;
  playing.value = false;
  goTo(step);
}
