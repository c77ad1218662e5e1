/** Coloured lines of code that is being written: an edit redraws the chunks that it changes. */
import { openStrings } from "../../core/python";
import { type Chunk, Lines } from "../code/lines";

/** Lines that stand together as long as they are far from the window: each chunk costs every frame a little. */
const FAR = 960;
/** A step lays out and paints the chunks that it marks. */
const SMALL = 24;

const drawn = new WeakMap<Element, WrittenLines>();

/** What draws the lines in an element. */
export const linesIn = (host: Element): WrittenLines | undefined => drawn.get(host);

export class WrittenLines extends Lines {
  constructor(host: HTMLElement) {
    super(host);
    drawn.set(host, this);
  }

  /** Where a letter is on the screen; null where there is none. */
  boxOf(line: number, column: number): DOMRect | null {
    const element = this.lineAt(line);
    if (!element) return null;
    const letters = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let before = 0;
    for (let node = letters.nextNode(); node; node = letters.nextNode()) {
      const { length } = node as Text;
      if (column < before + length) {
        const range = document.createRange();
        range.setStart(node, column - before);
        range.setEnd(node, column - before + 1);
        return range.getBoundingClientRect();
      }
      before += length;
    }
    return null;
  }

  override setText(text: string): void {
    this.mark(null);
    const { lines: before, open: openBefore } = this;
    const lines = text.split("\n");
    const open = openStrings(lines);
    const isSame = (old: number, now: number) => before[old] === lines[now] && openBefore[old] === open[now];
    const grown = lines.length - before.length;
    let head = 0;
    while (head < Math.min(before.length, lines.length) && isSame(head, head)) head++;
    let end = before.length;
    while (end > head && end + grown > head && isSame(end - 1, end - 1 + grown)) end--;
    if (head === end && grown === 0 && before.length > 0) return;
    // The old lines from `head` to `end` are others now; their chunks are drawn anew.
    const first = Math.max(0, this.chunkAt(head));
    const last = end > head ? this.chunkAt(end - 1) : first;
    const from = this.startOf(first);
    const to = this.startOf(last + 1) + grown;
    this.lines = lines;
    this.open = open;
    this.replaceChunks(first, last + 1, from, to, FAR, SMALL);
  }

  protected override colour(chunk: Chunk): void {
    if (chunk.count > SMALL) this.#split(chunk);
    else super.colour(chunk);
  }

  protected override lineAt(line: number): HTMLElement | null {
    const chunk = this.chunks[this.chunkAt(line)];
    if (chunk && chunk.count > SMALL) this.#split(chunk);
    return super.lineAt(line);
  }

  #split(chunk: Chunk): void {
    const at = this.chunks.indexOf(chunk);
    const from = this.startOf(at);
    this.replaceChunks(at, at + 1, from, from + chunk.count, SMALL);
  }
}
