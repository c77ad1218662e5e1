/** Coloured lines of code on the screen, and the step's marks in them: a step redraws the lines that it marks. */
import { openStrings, type Word, wordsOf } from "../../core/python";
import type { Span } from "../../schema/trace";
import { lastMarked, type Marks } from "./marks";

/** Lines that are coloured together: a chunk of a text that is only read has so many. */
export const SIZE = 60;
/** A shorter text is coloured at once; of a longer one, what comes near the window. */
const SHORT = 300;
const NEAR = "400px";

export interface Chunk {
  readonly element: HTMLElement;
  readonly count: number;
  isColoured: boolean;
}

export class Lines {
  protected lines: string[] = [];
  protected open: (string | null)[] = [];
  protected chunks: Chunk[] = [];
  /** The lines that are marked, by number. */
  #marked: number[] = [];
  readonly #sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const chunk = this.chunks.find(({ element }) => element === target);
        if (isIntersecting && chunk) this.colour(chunk);
      }
    },
    { rootMargin: NEAR },
  );

  constructor(private readonly host: HTMLElement) {}

  destroy(): void {
    this.#sight.disconnect();
    this.host.replaceChildren();
  }

  /** Shows another text. */
  setText(text: string): void {
    this.mark(null);
    this.lines = text.split("\n");
    this.open = openStrings(this.lines);
    this.replaceChunks(0, this.chunks.length, 0, this.lines.length);
  }

  /** Puts chunks for some lines in the place of those from one to another, each of `plain` lines, or `small` where they are seen. */
  protected replaceChunks(
    first: number,
    last: number,
    from: number,
    to: number,
    plain = SIZE,
    small = plain,
  ): void {
    const old = this.chunks.slice(first, last);
    const isSeen = this.lines.length <= SHORT || old.some(({ isColoured }) => isColoured);
    const size = isSeen ? small : plain;
    const fresh: Chunk[] = [];
    for (let at = from; at < to; at += size) {
      const element = document.createElement("code");
      element.className = "listing-chunk";
      fresh.push({ element, count: Math.min(size, to - at), isColoured: false });
    }
    const behind = this.chunks[last]?.element ?? null;
    this.chunks.splice(first, last - first, ...fresh);
    for (const chunk of fresh) {
      this.host.insertBefore(chunk.element, behind);
      if (isSeen) this.colour(chunk);
      else this.#leavePlain(chunk);
    }
    for (const { element } of old) {
      this.#sight.unobserve(element);
      element.remove();
    }
  }

  #leavePlain(chunk: Chunk): void {
    const from = this.startOf(this.chunks.indexOf(chunk));
    chunk.element.classList.add("is-plain");
    chunk.element.textContent = `${this.lines.slice(from, from + chunk.count).join("\n")}\n`;
    this.#sight.observe(chunk.element);
  }

  protected colour(chunk: Chunk): void {
    if (chunk.isColoured) return;
    chunk.isColoured = true;
    chunk.element.classList.remove("is-plain");
    this.#sight.unobserve(chunk.element);
    const from = this.startOf(this.chunks.indexOf(chunk));
    chunk.element.replaceChildren(...this.#drawn(from, from + chunk.count));
  }

  #drawn(from: number, to: number): HTMLElement[] {
    return this.lines.slice(from, to).map((line, at) => {
      const element = document.createElement("span");
      element.className = "listing-line";
      element.style.cssText = `--depth:${line.search(/\S|$/)}`;
      fill(element, wordsOf(line, this.open[from + at] ?? null), null);
      return element;
    });
  }

  /** The first line of a chunk. */
  protected startOf(chunk: number): number {
    return this.chunks.slice(0, chunk).reduce((sum, { count }) => sum + count, 0);
  }

  protected chunkAt(line: number): number {
    let end = 0;
    const found = this.chunks.findIndex(({ count }) => {
      end += count;
      return line < end;
    });
    return found < 0 ? this.chunks.length - 1 : found;
  }

  protected lineAt(line: number): HTMLElement | null {
    const at = this.chunkAt(line);
    const chunk = this.chunks[at];
    if (!chunk || line < 0 || line >= this.lines.length) return null;
    this.colour(chunk);
    return (chunk.element.children[line - this.startOf(at)] as HTMLElement | undefined) ?? null;
  }

  /** Marks what a step is about, and nothing else. */
  mark(marks: Marks | null): void {
    const before = this.#marked;
    this.#marked = [];
    const side = marks?.backward ? " step-backward" : "";
    const { statement = null, lit = null } = marks ?? {};
    const stop = statement ? lastMarked(statement, this.lines[statement.line - 1] ?? "") : 0;
    const first = Math.min(statement?.line ?? Infinity, lit?.line ?? Infinity);
    const last = Math.min(Math.max(stop, lit?.end_line ?? 0), this.lines.length);
    for (let number = first; number <= last; number++) {
      const element = this.lineAt(number - 1);
      if (!element) continue;
      const isMarked = statement !== null && number >= statement.line && number <= stop;
      element.className = isMarked ? `listing-line step-line${side}` : "listing-line";
      fill(element, this.#wordsAt(number - 1), lit && columnsIn(lit, number), side);
      this.#marked.push(number);
    }
    for (const number of before) {
      if (number >= first && number <= last) continue;
      const element = this.lineAt(number - 1);
      if (!element) continue;
      element.className = "listing-line";
      fill(element, this.#wordsAt(number - 1), null);
    }
  }

  #wordsAt(line: number): Word[] {
    return wordsOf(this.lines[line] ?? "", this.open[line] ?? null);
  }

  /** Where the marked lines are on the screen. */
  placeOfMarks(): { top: number; bottom: number } | null {
    const [first, last] = [this.#marked[0], this.#marked.at(-1)];
    const top = first === undefined ? null : this.lineAt(first - 1);
    const bottom = last === undefined ? null : this.lineAt(last - 1);
    if (!top || !bottom) return null;
    return { top: top.getBoundingClientRect().top, bottom: bottom.getBoundingClientRect().bottom };
  }

  /** The line (from 1) and column (from 0) at a point of the window; null where there are none. */
  placeAt(x: number, y: number): { line: number; column: number } | null {
    const caret = caretAt(x, y);
    const from = caret?.startContainer;
    const element = (from instanceof Element ? from : from?.parentElement)?.closest(".listing-line");
    const chunk = this.chunks.findIndex((each) => each.element === element?.parentElement);
    if (!caret || !element || chunk < 0) return null;
    caret.setStart(element, 0);
    const within = [...(element.parentElement?.children ?? [])].indexOf(element);
    return { line: this.startOf(chunk) + within + 1, column: caret.toString().length };
  }
}

/** Where the cursor would stand after a click, as an empty range. */
function caretAt(x: number, y: number): Range | null {
  const place = document.caretPositionFromPoint?.(x, y);
  if (!place) return document.caretRangeFromPoint?.(x, y) ?? null;
  const range = document.createRange();
  range.setStart(place.offsetNode, place.offset);
  range.collapse(true);
  return range;
}

/** Puts words into a line, cut where the light begins and ends. */
function fill(
  line: HTMLElement,
  words: readonly Word[],
  light: readonly [from: number, to: number] | null,
  side = "",
): void {
  const lit = document.createElement("span");
  lit.className = `step-lit${side}`;
  const pieces: (HTMLElement | string)[] = [];
  const litPieces: typeof pieces = [];
  let column = 0;
  for (const { text, colour } of words) {
    const end = column + text.length;
    const cuts = light?.filter((at) => at > column && at < end) ?? [];
    for (const until of [...cuts, end]) {
      const part = text.slice(column - end + text.length, until - end + text.length);
      const piece = pieceOf(part, column || part.trim() ? colour : "indent");
      const isLit = light !== null && column >= light[0] && until <= light[1];
      if (isLit && !litPieces.length) pieces.push(lit);
      const into = isLit ? litPieces : pieces;
      into.push(
        typeof piece === "string" && typeof into.at(-1) === "string" ? `${into.pop()}${piece}` : piece,
      );
      // Where a long line may go on below.
      if (part === "(") into.push(document.createElement("wbr"));
      column = until;
    }
  }
  lit.append(...litPieces);
  line.replaceChildren(...pieces, "\n");
}

/** Only what has a colour of its own is an element. */
function pieceOf(text: string, colour: string | null): HTMLElement | string {
  if (colour === null || PLAIN.has(colour)) return text;
  const piece = document.createElement("span");
  piece.className = tokenClass(colour);
  piece.textContent = text;
  return piece;
}

const PLAIN = new Set(["variableName", "operator", "meta"]);

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
