/** Changes to the cells' text that mend a mistake, and what they look like line by line. */

import { at } from "../lists";
import type { Run } from "../run";

/** Puts `text` in the place of a stretch; lines from 1, columns from 0, as the trace counts. */
export interface Edit {
  cell: number;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  text: string;
}

/** The cells' texts with the edits in them; edits do not overlap. */
export function applyEdits(sources: readonly string[], edits: readonly Edit[]): string[] {
  const texts = [...sources];
  // From the end, so that places stay right; what is put before a stretch after the stretch itself.
  const backwards = [...edits].sort(
    (a, b) =>
      b.line - a.line || b.column - a.column || b.end_line - a.end_line || b.end_column - a.end_column,
  );
  for (const edit of backwards) {
    const text = texts[edit.cell] ?? "";
    const from = offset(text, edit.line, edit.column);
    const to = offset(text, edit.end_line, edit.end_column);
    texts[edit.cell] = text.slice(0, from) + edit.text + text.slice(to);
  }
  return texts;
}

function offset(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf("\n", start) + 1;
  return start + column;
}

export interface DiffLine {
  sign: "same" | "gone" | "new";
  text: string;
}

/** The changed lines of a text, with one line around them. */
export function diffOf(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const line = (sign: DiffLine["sign"]) => (text: string) => ({ sign, text });
  return [
    ...a.slice(Math.max(0, head - 1), head).map(line("same")),
    ...a.slice(head, a.length - tail).map(line("gone")),
    ...b.slice(head, b.length - tail).map(line("new")),
    ...a.slice(a.length - tail, a.length - tail + 1).map(line("same")),
  ];
}

/** Puts another text in the place of a span. */
export function replaceSpan(run: Run, span: number, text: string): Edit {
  return { ...at(run.trace.spans, span), text };
}

/** One more line before or after the statement at a span, indented like it. */
export function insertLine(run: Run, span: number, where: "before" | "after", text: string): Edit {
  const { cell, line, end_line } = at(run.trace.spans, span);
  const lines = at(run.trace.cells, cell).source.split("\n");
  const indent = indentOf(lines[line - 1] ?? "");
  if (where === "before")
    return { cell, line, column: 0, end_line: line, end_column: 0, text: `${indent}${text}\n` };
  const end = (lines[end_line - 1] ?? "").length;
  return { cell, line: end_line, column: end, end_line, end_column: end, text: `\n${indent}${text}` };
}

export function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? "";
}

/** A call with one more argument; null if the text is no call. */
export function withArgument(call: string, argument: string): string | null {
  if (!call.endsWith(")")) return null;
  const head = call.slice(0, -1).trimEnd();
  return `${head}${head.endsWith("(") ? "" : head.endsWith(",") ? " " : ", "}${argument})`;
}
