/** The cells' code to be read, not written: coloured, with the marks of the step; a click on it goes to its step. */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { type Word, wordsOf } from "../../core/python";
import { words } from "../../i18n";
import type { Span } from "../../schema/trace";
import { cells, type EditedCell } from "../../state/cells";
import { toSource } from "../../state/jumps";
import { step } from "../../state/player";
import { cellOfRun, run } from "../../state/run";
import { presenting } from "../../state/screen";
import { textScale } from "../../state/settings";
import { lastMarked, type Marks, marksOf } from "../editor/marks";
import { Outputs } from "../editor/outputs";
import { scrollIntoSight } from "../editor/scroll";

export function Listing(): JSX.Element {
  return (
    <section class="pane editor" data-testid="listing" data-pane="code" aria-label={words.value.editor.label}>
      <div class="scroller">
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
  const status = at === null ? null : (run.value?.cellAt(at, step.value?.to ?? 0).status ?? null);
  const number = cell.executionCount ?? (at === null ? null : at + 1);
  return (
    <li class="cell" data-status={status ?? "none"} data-current={status === "running"}>
      <div class="cell-body">
        <span class="cell-prompt mono" aria-hidden="true">
          [{number ?? " "}]
        </span>
        <Code cell={cell} label={words.value.editor.cell(String(number ?? ""))} />
      </div>
      <Outputs at={at} />
    </li>
  );
}

function Code({ cell, label }: { cell: EditedCell; label: string }): JSX.Element {
  const host = useRef<HTMLElement>(null);
  const source = cell.source.value;
  const lines = useMemo(() => wordsOf(source), [source]);
  const marks = marksOf(cell);
  useSignalEffect(() => {
    const at = step.value?.cell ?? null;
    // Another size of type, or another place for the code, moves the line out of sight.
    textScale.value;
    presenting.value;
    if (at === null || at !== cellOfRun(cell)) return undefined;
    const frame = requestAnimationFrame(() => {
      const marked = [...(host.current?.querySelectorAll("[data-marked]") ?? [])];
      const top = marked[0]?.getBoundingClientRect().top;
      const bottom = marked.at(-1)?.getBoundingClientRect().bottom;
      if (host.current && top !== undefined && bottom !== undefined)
        scrollIntoSight(host.current, { top, bottom });
    });
    return () => cancelAnimationFrame(frame);
  });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys that step reach every place that a click does
    <section
      ref={host}
      class="listing mono"
      aria-label={label}
      onClick={({ target }) => {
        const word = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
        const line = word?.closest<HTMLElement>("[data-line]");
        if (word && line) toSource(cell, Number(line.dataset.line), Number(word.dataset.column));
      }}
    >
      <pre>
        {lines.map((line, index) => (
          <Line key={index} number={index + 1} words={line} marks={marks} header={headerOf(lines, marks)} />
        ))}
      </pre>
    </section>
  );
}

function headerOf(lines: readonly (readonly Word[])[], marks: Marks | null): string {
  return (lines[(marks?.statement?.line ?? 0) - 1] ?? []).map(({ text }) => text).join("");
}

function Line(props: {
  number: number;
  words: readonly Word[];
  marks: Marks | null;
  header: string;
}): JSX.Element {
  const { number, marks } = props;
  const statement = marks?.statement;
  const marked = statement && number >= statement.line && number <= lastMarked(statement, props.header);
  const side = marks?.backward ? " cm-step-backward" : "";
  const pieces = cut(props.words, marks?.lit ? columnsIn(marks.lit, number) : null);
  return (
    <code
      class={`listing-line${marked ? ` cm-step-line${side}` : ""}`}
      data-line={number}
      data-marked={marked || pieces.some(({ lit }) => lit) ? "" : undefined}
    >
      {pieces.map(({ text, colour, column, lit }) => (
        <span
          key={column}
          data-column={column}
          class={[colour && tokenClass(colour), lit && `cm-step-lit${side}`].filter(Boolean).join(" ")}
        >
          {text}
        </span>
      ))}
      {"\n"}
    </code>
  );
}

/** `variableName.definition` has both classes. */
const tokenClass = (colour: string) =>
  colour
    .split(".")
    .map((each) => `tok-${each}`)
    .join(" ");

/** From which column to which a span is in a line; null where it is not in it. */
function columnsIn(span: Span, line: number): readonly [number, number] | null {
  if (line < span.line || line > span.end_line) return null;
  return [line === span.line ? span.column : 0, line === span.end_line ? span.end_column : Infinity];
}

interface Piece extends Word {
  readonly column: number;
  readonly lit: boolean;
}

/** The words, cut where the light begins and ends. */
function cut(all: readonly Word[], light: readonly [number, number] | null): Piece[] {
  const pieces: Piece[] = [];
  let column = 0;
  for (const { text, colour } of all) {
    const end = column + text.length;
    const cuts = light?.filter((at) => at > column && at < end) ?? [];
    for (const until of [...cuts, end]) {
      const lit = light !== null && column >= light[0] && until <= light[1];
      pieces.push({
        text: text.slice(column - end + text.length, until - end + text.length),
        colour,
        column,
        lit,
      });
      column = until;
    }
  }
  return pieces;
}
