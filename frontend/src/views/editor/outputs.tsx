/** What a cell printed, exactly as the notebook has it; what the step has not reached yet is faded. */
import type { JSX } from "preact";
import { words } from "../../i18n";
import type { Output } from "../../schema/trace";
import { eventsDone } from "../../state/player";
import { isRunning, run } from "../../state/run";

export function Outputs({ at }: { at: number | null }): JSX.Element | null {
  const current = run.value;
  const cell = at === null ? undefined : current?.trace.cells[at];
  if (at === null || !current || !cell) return null;
  const written = current.cellAt(at, eventsDone.value).outputs;
  return (
    <div class="outputs">
      {cell.status === "not_run" && !isRunning.value ? (
        <p class="cell-remark">{words.value.editor.notRun}</p>
      ) : null}
      <div class="cell-output" data-testid="cell-output" data-cell={at}>
        {cell.outputs.map((output, index) => (
          <OutputText key={index} output={output} reached={written[index] ?? 0} />
        ))}
      </div>
    </div>
  );
}

/** One chunk. The part that is still to come is there, faded, so that nothing below it moves while stepping. */
export function OutputText({ output, reached }: { output: Output; reached: number }): JSX.Element {
  const kind = words.value.editor.kinds[output.kind];
  return (
    <pre class={`output output-${output.kind}`} title={kind}>
      {output.text.slice(0, reached)}
      {reached < output.text.length ? <span class="output-later">{output.text.slice(reached)}</span> : null}
    </pre>
  );
}
