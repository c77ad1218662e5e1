/** What a cell printed, exactly as the notebook has it; what the step has not reached yet is faded. */
import type { ComponentChildren, JSX } from "preact";
import { STANDALONE } from "../../build";
import { words } from "../../i18n";
import type { Output } from "../../schema/trace";
import { side } from "../../state/beside";
import { eventsDone } from "../../state/player";
import { isRunning, run } from "../../state/run";
import { later } from "../later";
import { useSteady } from "../steady";

const Printed = later(() => import("./printed").then((module) => module.Printed));

export function Outputs({ at }: { at: number | null }): JSX.Element | null {
  const cell = at === null ? undefined : run.value?.trace.cells[at];
  const written = useSteady(
    () => (at === null ? undefined : run.value?.cellAt(at, eventsDone.value).outputs),
    [at],
  );
  if (at === null || !cell || !written) return null;
  return (
    <div class="outputs">
      {cell.status === "not_run" && !isRunning.value ? (
        <p class="cell-remark">{words.value.editor.notRun}</p>
      ) : null}
      <div class="cell-output" data-testid="cell-output" data-cell={at}>
        {cell.outputs.map((output, index) => (
          <OutputText key={index} output={output} reached={written[index] ?? 0}>
            {STANDALONE || side.value === null ? null : (
              <Printed text={output.text.slice(0, written[index] ?? 0)} cell={at} output={index} />
            )}
          </OutputText>
        ))}
      </div>
    </div>
  );
}

/** One chunk. The part that is still to come is there, faded, so that nothing below it moves while stepping. */
export function OutputText(props: {
  output: Output;
  reached: number;
  /** What stands for the part that has come, if not that part as it is. */
  children?: ComponentChildren;
}): JSX.Element {
  const { output, reached } = props;
  const kind = words.value.editor.kinds[output.kind];
  return (
    <pre class={`output output-${output.kind}`} title={kind}>
      {props.children ?? underlined(output.text.slice(0, reached), kind)}
      {reached < output.text.length ? <span class="output-later">{output.text.slice(reached)}</span> : null}
    </pre>
  );
}

/** A line of code and the marks below it, which a traceback has. */
const MARKED = /(^.*\n *[~^][~^ ]*(?:\n|$))/m;

/** Marks stand below what they mark: these lines scroll where others go on in the next. */
function underlined(text: string, label: string): ComponentChildren {
  return text.split(MARKED).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll what has the focus
      // biome-ignore lint/a11y/useSemanticElements: a group of the text it is in, not a fieldset
      <span class="output-marked" role="group" aria-label={label} tabIndex={0} ref={scrollToMarks}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}

function scrollToMarks(lines: HTMLElement | null): void {
  const [code = "", marks = ""] = lines?.textContent?.split("\n") ?? [];
  if (lines)
    lines.scrollLeft = (marks.search(/\S/) / Math.max(code.length, marks.length)) * lines.scrollWidth;
}
