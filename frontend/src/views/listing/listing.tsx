/** The cells' code to be read, not written: coloured, with the marks of the step; a click on it goes to its step. */
import type { JSX } from "preact";
import { words } from "../../i18n";
import { cells, type EditedCell } from "../../state/cells";
import { toSource } from "../../state/jumps";
import { eventsDone } from "../../state/player";
import { cellOfRun, nameOfCell, run } from "../../state/run";
import { Code } from "../code/code";
import { Outputs } from "../editor/outputs";
import { useSteady } from "../steady";

export function Listing(): JSX.Element {
  return (
    <section class="pane editor" data-testid="listing" data-pane="code" aria-label={words.value.editor.label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll what has the focus */}
      <div class="scroller" tabIndex={0}>
        <ol class="cells">
          {cells.value.map((cell) => (
            <ReadCell key={cell.id} cell={cell} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function ReadCell({ cell }: { cell: EditedCell }): JSX.Element {
  const at = cellOfRun(cell);
  const status = useSteady(
    () => (at === null ? null : (run.value?.cellAt(at, eventsDone.value).status ?? null)),
    [at],
  );
  const name = at === null ? "" : nameOfCell(at);
  return (
    <li class="cell" data-status={status ?? "none"} data-current={status === "running"}>
      <div class="cell-body">
        <span class="cell-prompt mono" aria-hidden="true">
          {/* A file's name is in its first line. */}[{/\D/.test(name) ? " " : name}]
        </span>
        <section class="code mono" aria-label={words.value.editor.cell(name)}>
          <Code cell={cell} onPick={({ line, column }) => toSource(cell, line, column)} />
        </section>
      </div>
      <Outputs at={at} />
    </li>
  );
}
