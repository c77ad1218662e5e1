/** All that the cells have printed up to this step, in order. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../i18n";
import { eventsDone } from "../state/player";
import { nameOfCell, run } from "../state/run";
import { steadyList } from "../state/steady";
import { Scroll } from "./scroll";

/** Of each cell, how much it has printed. */
const reached = /* @__PURE__ */ steadyList(() => {
  const current = run.value;
  const done = eventsDone.value;
  return current?.trace.cells.map((_, index) => current.cellAt(index, done).outputs) ?? [];
});

export function Console(): JSX.Element {
  const t = words.value.console;
  const end = useRef<HTMLDivElement>(null);
  const lengths = reached.value;
  const written =
    run.value?.trace.cells.flatMap((cell, index) => {
      const outputs = cell.outputs
        .map((output, k) => ({ kind: output.kind, text: output.text.slice(0, lengths[index]?.[k] ?? 0) }))
        .filter((output) => output.text !== "");
      return outputs.length > 0 ? [{ index, outputs }] : [];
    }) ?? [];
  const length = written.reduce((sum, cell) => sum + cell.outputs.length, 0);
  useLayoutEffect(() => {
    if (end.current && length > 0) end.current.scrollTop = end.current.scrollHeight;
  }, [length]);
  return (
    <section class="side-part console" data-testid="console" aria-label={t.label}>
      <h2 class="eyebrow">{t.label}</h2>
      <Scroll label={t.label} box={end}>
        {written.length === 0 ? <p class="muted">{t.empty}</p> : null}
        {written.map(({ index, outputs }) => (
          <div class="console-cell" key={index}>
            <span class="console-prompt mono">[{nameOfCell(index)}]</span>
            <div>
              {outputs.map((output, k) => (
                <pre key={k} class={`output output-${output.kind}`}>
                  {output.text}
                </pre>
              ))}
            </div>
          </div>
        ))}
      </Scroll>
    </section>
  );
}
