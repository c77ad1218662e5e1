/** One cell of the notebook: its note, its code, and what it printed. */

import type { EditorView } from "@codemirror/view";
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../../i18n";
import type { Translated } from "../../i18n/languages";
import { Icon, type IconName } from "../../icons";
import { parseScript } from "../../notebook";
import {
  addCell,
  cells,
  type EditedCell,
  focusRequest,
  moveCell,
  removeCell,
  replaceCell,
} from "../../state/cells";
import { toSource } from "../../state/jumps";
import { eventsDone, step } from "../../state/player";
import { startRun } from "../../state/request";
import { cellOfRun, isEdited, run } from "../../state/run";
import { presenting } from "../../state/screen";
import { language, textScale } from "../../state/settings";
import { createCode, placeOfMarks, replaceText, showMarks } from "./code";
import { type Marks, marksOf } from "./marks";
import { Outputs } from "./outputs";
import { scrollIntoSight } from "./scroll";

export function Cell({ cell, index }: { cell: EditedCell; index: number }): JSX.Element {
  const t = words.value;
  const at = cellOfRun(cell);
  const status = at === null ? null : (run.value?.cellAt(at, eventsDone.value).status ?? null);
  // A cell that came without a number has, once it ran, the one that its traceback speaks of.
  const number = cell.executionCount ?? (at === null ? null : at + 1);
  const label = number === null ? t.editor.unnumbered : String(number);
  const note = noteText(cell.note);
  const edited = isEdited(cell);
  return (
    <li class="cell" data-status={status ?? "none"} data-current={status === "running"}>
      {note ? <p class="cell-note">{note}</p> : null}
      <div class="cell-body">
        <span class="cell-prompt mono" aria-hidden="true">
          [{number ?? " "}]
        </span>
        <Code cell={cell} label={t.editor.cell(label)} />
        <CellTools cell={cell} index={index} />
      </div>
      {edited ? (
        <p class="cell-remark">
          <Icon name="warning" size={14} /> {t.editor.edited}
        </p>
      ) : null}
      <Outputs at={at} />
    </li>
  );
}

function noteText(note: string | Translated): string {
  return typeof note === "string" ? note : note[language.value];
}

function Code({ cell, label }: { cell: EditedCell; label: string }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const marked = useRef(false);
  const shown = useRef<Marks | null>(null);

  useLayoutEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const created = createCode({
      parent,
      text: cell.source.peek(),
      label,
      onChange: (text) => {
        cell.source.value = text;
      },
      onRun: () => void startRun(),
      onPick: (line, column) => toSource(cell, line, column),
      onPaste: (text, overAll) => overAll && pasteCells(cell, text),
    });
    view.current = created;
    return () => {
      created.destroy();
      view.current = null;
    };
  }, [cell]);

  useEffect(() => {
    view.current?.contentDOM.setAttribute("aria-label", label);
  }, [label]);

  useSignalEffect(() => {
    const editor = view.current;
    if (!editor) return undefined;
    const marks = marksOf(cell);
    // Another size of type, or another place for the code, moves the line out of sight.
    textScale.value;
    presenting.value;
    // Most steps are about one cell: the others have nothing to update.
    if (marks === null && !marked.current) return undefined;
    if (!sameMarks(marks, shown.current)) showMarks(editor, marks);
    shown.current = marks;
    marked.current = marks !== null;
    // Only the cell that runs calls for the eye: what is lit in another is there for who looks.
    if (marks === null || !runsHere(cell)) return undefined;
    // In the next frame everything has the size that this change gives it.
    const frame = requestAnimationFrame(() => {
      const place = placeOfMarks(editor, marks);
      if (place && host.current) scrollIntoSight(host.current, place);
    });
    return () => cancelAnimationFrame(frame);
  });

  // The text may be changed from outside: by a change that mends a mistake, and its undoing.
  useSignalEffect(() => {
    if (view.current) replaceText(view.current, cell.source.value);
  });

  useSignalEffect(() => {
    if (focusRequest.value !== cell.id) return;
    focusRequest.value = null;
    view.current?.focus();
  });

  return <div class="cell-code" ref={host} />;
}

/** The editor lays its text out anew for each change of marks: most steps of a pass light the same. */
function sameMarks(a: Marks | null, b: Marks | null): boolean {
  return a !== null && a.lit === b?.lit && a.statement === b.statement && a.backward === b.backward;
}

function runsHere(cell: EditedCell): boolean {
  const at = step.value?.cell ?? null;
  return at !== null && at === cellOfRun(cell);
}

/** A pasted text with cell markers becomes cells, if there are at least two of them. */
function pasteCells(cell: EditedCell, text: string): boolean {
  const parsed = parseScript(text);
  if (parsed.length < 2) return false;
  replaceCell(cell, parsed);
  return true;
}

function CellTools({ cell, index }: { cell: EditedCell; index: number }): JSX.Element {
  const t = words.value.editor;
  const tools: [IconName, string, () => void, boolean][] = [
    ["up", t.moveUp, () => moveCell(cell, -1), index === 0],
    ["down", t.moveDown, () => moveCell(cell, 1), index === cells.value.length - 1],
    ["plus", t.addBelow, () => addCell(cell), false],
    ["bin", t.remove, () => removeCell(cell), false],
  ];
  return (
    <div class="cell-tools">
      {tools.map(([icon, name, act, off]) => (
        <button
          key={icon}
          type="button"
          class="tool"
          title={name}
          aria-label={name}
          disabled={off}
          onClick={act}
        >
          <Icon name={icon} size={15} />
        </button>
      ))}
    </div>
  );
}
