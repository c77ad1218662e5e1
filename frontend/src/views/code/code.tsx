/** One cell's code on the screen: coloured, with the marks of the step, which is kept in sight. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { STANDALONE } from "../../build";
import { stage } from "../../state/camera";
import type { EditedCell } from "../../state/cells";
import { step } from "../../state/player";
import { cellOfRun } from "../../state/run";
import { presenting, shownPane } from "../../state/screen";
import { textScale } from "../../state/settings";
import { Lines } from "./lines";
import { type Marks, marksOf } from "./marks";
import { scrollIntoSight } from "./scroll";

export function Code(props: {
  cell: EditedCell;
  /** The drawing stands behind a field that says the same. */
  isBehind?: boolean;
  /** How the lines are drawn. */
  as?: typeof Lines;
  onPick?: (place: { line: number; column: number }) => void;
}): JSX.Element {
  const { cell, isBehind, as = Lines, onPick } = props;
  const host = useRef<HTMLPreElement>(null);
  const drawn = useRef<Lines | null>(null);

  // Written by hand, in the task that takes the step: one frame shows all that it changes.
  useLayoutEffect(() => {
    if (!host.current) return undefined;
    const lines = new as(host.current);
    drawn.current = lines;
    const stopText = effect(() => lines.setText(cell.source.value));
    let shown: Marks | null = null;
    const stopMarks = effect(() => {
      // Another text takes the marks away.
      cell.source.value;
      const marks = marksOf(cell);
      if (!sameMarks(marks, shown) || marks === null) lines.mark(marks);
      shown = marks;
    });
    let frame = 0;
    const stopSight = effect(() => {
      // Another size of type or of the window, or another place for the code, moves the line out of sight; while a narrow
      // screen shows something else, the code cannot follow.
      if (!STANDALONE) stage.value;
      textScale.value;
      presenting.value;
      shownPane.value;
      const at = step.value?.cell ?? null;
      cancelAnimationFrame(frame);
      // Only the cell that runs calls for the eye: what is lit in another is there for who looks.
      if (at === null || at !== cellOfRun(cell)) return;
      frame = requestAnimationFrame(() => {
        const place = lines.placeOfMarks();
        if (place && host.current) scrollIntoSight(host.current, place);
      });
    });
    return () => {
      stopSight();
      stopMarks();
      stopText();
      cancelAnimationFrame(frame);
      lines.destroy();
    };
  }, [cell, as]);

  return (
    <pre
      ref={host}
      class="listing"
      aria-hidden={isBehind}
      onClick={
        onPick &&
        (({ clientX, clientY }) => {
          const place = drawn.current?.placeAt(clientX, clientY);
          if (place) onPick(place);
        })
      }
    />
  );
}

/** Most steps of a pass light the same. */
function sameMarks(a: Marks | null, b: Marks | null): boolean {
  return a !== null && a.lit === b?.lit && a.statement === b.statement && a.backward === b.backward;
}
