/** What a key does to Python that is being written, beyond what every text field does. Pure text, no DOM. */

/** A text and what of it is selected: from, to. */
export interface Typed {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Puts `insert` in the place of a stretch, and then selects another. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly select: readonly [from: number, to: number];
}

const INDENT = 4;

/** How deep the line below this text goes: one level more after a colon or an open bracket, one less after a way out. */
export function indentAfter(line: string): number {
  const depth = depthOf(line);
  const code = line.replace(/#.*$/, "").trimEnd();
  if (/[:([{]$/.test(code)) return depth + INDENT;
  return /^\s*(return|pass|break|continue|raise)\b/.test(code) ? Math.max(0, depth - INDENT) : depth;
}

const depthOf = (line: string) => /^ */.exec(line)?.[0].length ?? 0;
// `lastIndexOf` takes a place before the text for its beginning.
const startOfLine = (text: string, at: number) => (at > 0 ? text.lastIndexOf("\n", at - 1) + 1 : 0);
const endOfLine = (text: string, at: number) => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};

/** Enter: the new line is indented as what stands above it asks for. */
export function breakLine({ text, from, to }: Typed): Change {
  const before = text.slice(startOfLine(text, from), from);
  // Spaces that stood behind the cursor are those of the line that it breaks.
  const spaces = /^ */.exec(text.slice(to, endOfLine(text, to)))?.[0].length ?? 0;
  const insert = `\n${" ".repeat(indentAfter(before))}`;
  const at = from + insert.length;
  return { from, to: to + spaces, insert, select: [at, at] };
}

/** Tab: to the next level; of several lines each one level. */
export function indent(typed: Typed): Change {
  const { text, from, to } = typed;
  if (text.slice(from, to).includes("\n")) return deepen(typed);
  const column = from - startOfLine(text, from);
  const insert = " ".repeat(INDENT - (column % INDENT));
  const at = from + insert.length;
  return { from, to, insert, select: [at, at] };
}

/** Every line that is touched, one level deeper. */
export function deepen(typed: Typed): Change {
  return ofLines(typed, (line) => (line.trim() === "" ? line : " ".repeat(INDENT) + line));
}

/** Every line that is touched, one level less deep. */
export function dedent(typed: Typed): Change {
  return ofLines(typed, (line) => line.slice(Math.min(depthOf(line), INDENT)));
}

/** Backspace among the spaces at a line's start goes back one level; null where it does what it always does. */
export function eraseLevel({ text, from, to }: Typed): Change | null {
  const start = startOfLine(text, from);
  const column = from - start;
  if (from !== to || column === 0 || text.slice(start, from).trim() !== "") return null;
  const back = column - 1 - ((column - 1) % INDENT);
  return { from: start + back, to, insert: "", select: [start + back, start + back] };
}

/** The touched lines become comments, or code again if all of them are comments. */
export function toggleComment(typed: Typed): Change {
  const lines = touched(typed).text.split("\n");
  const written = lines.filter((line) => line.trim() !== "");
  if (written.every((line) => /^\s*#/.test(line)) && written.length > 0)
    return ofLines(typed, (line) => line.replace(/^(\s*)# ?/, "$1"));
  const depth = Math.min(...written.map(depthOf));
  return ofLines(typed, (line) =>
    line.trim() === "" ? line : `${line.slice(0, depth)}# ${line.slice(depth)}`,
  );
}

/** The touched lines change places with the one above or below them; null where there is none. */
export function moveLines(typed: Typed, by: 1 | -1): Change | null {
  const { from, to, text } = touched(typed);
  const whole = typed.text;
  if (by < 0 ? from === 0 : to === whole.length) return null;
  const start = by < 0 ? startOfLine(whole, from - 1) : from;
  const end = by < 0 ? to : endOfLine(whole, to + 1);
  const other = by < 0 ? whole.slice(start, from - 1) : whole.slice(to + 1, end);
  const insert = by < 0 ? `${text}\n${other}` : `${other}\n${text}`;
  const shift = by * (other.length + 1);
  const last = start + insert.length;
  return { from: start, to: end, insert, select: [typed.from + shift, Math.min(typed.to + shift, last)] };
}

/** The whole lines that the selection touches. */
function touched({ text, from, to }: Typed): { from: number; to: number; text: string } {
  // A selection that ends at a line's start does not touch that line.
  const last = to > from && text[to - 1] === "\n" ? to - 1 : to;
  const [start, end] = [startOfLine(text, from), endOfLine(text, last)];
  return { from: start, to: end, text: text.slice(start, end) };
}

/** Makes each touched line another; what was selected stays so. */
function ofLines(typed: Typed, make: (line: string) => string): Change {
  const { from, to, text } = touched(typed);
  const lines = text.split("\n");
  const made = lines.map(make);
  const insert = made.join("\n");
  const first = (made[0]?.length ?? 0) - (lines[0]?.length ?? 0);
  const start = Math.max(from, typed.from + first);
  const end = Math.max(start, typed.to + insert.length - text.length);
  return { from, to, insert, select: [start, typed.from === typed.to ? start : end] };
}
