/** One cell's code on the screen: coloured, with the marks of the step, which is kept in sight. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { STANDALONE } from "../../build";
import { fileOf } from "../../core/cells";
import { stage } from "../../state/camera";
import type { EditedCell } from "../../state/cells";
import { step } from "../../state/player";
import { cellOfRun, run } from "../../state/run";
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
      const at = STANDALONE ? (step.value?.cell ?? null) : cellForTheEye();
      cancelAnimationFrame(frame);
      if (at === null || at !== cellOfRun(cell)) return;
      const bring = () => {
        const place = lines.placeOfMarks();
        if (place && host.current) scrollIntoSight(host.current, place);
      };
      frame = requestAnimationFrame(STANDALONE ? bring : () => onceOpen(host.current, bring));
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

/** A file is opened by the first step in it: for so many frames what is in there waits for that. */
function onceOpen(code: Element | null, bring: () => void, frames = 10): void {
  if (frames === 0 || !code?.closest("details:not([open])")) bring();
  else requestAnimationFrame(() => onceOpen(code, bring, frames - 1));
}

/** The file that the step's code is in, else the cell that runs: what is lit in another is there for who looks. */
function cellForTheEye(): number | null {
  const [now, trace] = [step.value, run.value?.trace];
  const at = trace?.spans[now?.line ?? now?.span ?? -1]?.cell ?? -1;
  return fileOf(trace?.cells[at]?.source ?? "") === null ? (now?.cell ?? null) : at;
}
