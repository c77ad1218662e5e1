/** One cell of the notebook: its note, its code, and what it printed. */

import type { JSX } from "preact";
import { words } from "../../i18n";
import { inLanguage, type Translated } from "../../i18n/languages";
import { Icon, type IconName } from "../../icons";
import { addCell, cells, type EditedCell, moveCell, removeCell } from "../../state/cells";
import { eventsDone } from "../../state/player";
import { cellOfRun, isEdited, nameOfCell, run } from "../../state/run";
import { language } from "../../state/settings";
import { FileFold } from "../file-fold";
import { useSteady } from "../steady";
import { Field } from "./field";
import { Outputs } from "./outputs";

export function Cell({ cell, index }: { cell: EditedCell; index: number }): JSX.Element {
  const t = words.value;
  const at = cellOfRun(cell);
  const status = useSteady(
    () => (at === null ? null : (run.value?.cellAt(at, eventsDone.value).status ?? null)),
    [at],
  );
  // A cell that came without a number has, once it ran, the one that its traceback speaks of.
  const number = at === null ? cell.executionCount : nameOfCell(at);
  const label = number === null ? t.cells.unnumbered : String(number);
  const note = noteText(cell.note);
  const edited = isEdited(cell);
  return (
    <li class="cell" data-status={status ?? "none"} data-current={status === "running"}>
      {note ? <p class="cell-note">{note}</p> : null}
      <div class="cell-body">
        <FileFold cell={cell}>
          <span class="cell-prompt mono" aria-hidden="true">
            [{number ?? " "}]
          </span>
          <Field cell={cell} label={t.editor.cell(label)} />
        </FileFold>
        <CellTools cell={cell} index={index} label={t.editor.cell(label)} />
      </div>
      {edited ? (
        <p class="cell-remark">
          <Icon name="warning" size={14} /> {t.cells.edited}
        </p>
      ) : null}
      <Outputs at={at} />
    </li>
  );
}

function noteText(note: string | Translated): string {
  return inLanguage(note, language.value);
}

/** One stop of the Tab key: from there arrows lead to the others. */
function CellTools(props: { cell: EditedCell; index: number; label: string }): JSX.Element {
  const { cell, index, label } = props;
  const t = words.value.cells;
  const tools: [IconName, string, () => void, boolean][] = [
    ["up", t.moveUp, () => moveCell(cell, -1), index === 0],
    ["down", t.moveDown, () => moveCell(cell, 1), index === cells.value.length - 1],
    ["plus", t.addBelow, () => addCell(cell), false],
    ["bin", t.remove, () => removeCell(cell), false],
  ];
  const stop = tools.findIndex(([, , , off]) => !off);
  return (
    <div class="cell-tools" role="toolbar" aria-label={label} onKeyDown={walkTools}>
      {tools.map(([icon, name, act, off], at) => (
        <button
          key={icon}
          type="button"
          class="tool"
          title={name}
          aria-label={name}
          disabled={off}
          tabIndex={at === stop ? 0 : -1}
          onClick={act}
        >
          <Icon name={icon} size={15} />
        </button>
      ))}
    </div>
  );
}

function walkTools(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const way = ["ArrowLeft", "ArrowRight"].indexOf(event.key);
  if (way < 0) return;
  const tools = [...event.currentTarget.querySelectorAll<HTMLElement>("button:enabled")];
  tools[tools.indexOf(event.target as HTMLElement) + 2 * way - 1]?.focus();
  // Here they are not the steps'.
  event.preventDefault();
  event.stopPropagation();
}
