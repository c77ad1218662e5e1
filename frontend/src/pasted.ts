/**
 * What was copied elsewhere, as cells: a notebook's file, a notebook as a page shows it, a session of the interpreter, a script
 * with markers. No DOM.
 */
import { NotebookError, parseNotebook, parseScript, type SourceCell } from "./notebook";

export interface Pasted {
  readonly cells: readonly SourceCell[];
  /** It is a notebook of its own, not a part of one. */
  readonly isWhole: boolean;
}

/** The cells of a pasted text; null where it is code for the cell that it is pasted into. */
export function parsePasted(text: string): Pasted | null {
  if (text.trimStart().startsWith("{")) {
    const cells = notebook(text);
    if (cells.length > 0) return { cells, isWhole: true };
  }
  const shown = parseShown(text);
  if (shown.length > 0) return { cells: shown, isWhole: true };
  const session = codeOfSession(text);
  if (session) return { cells: [{ source: session, executionCount: null, note: "" }], isWhole: false };
  const cells = parseScript(text);
  return cells.length > 1 ? { cells, isWhole: false } : null;
}

function notebook(text: string): SourceCell[] {
  try {
    return parseNotebook(text);
  } catch (error) {
    if (error instanceof NotebookError) return [];
    throw error;
  }
}

const PROMPTED = /^\s*(?:>>>|\.\.\.)(?: |$)/;

/** What stands behind the prompts of an interpreter (`>>>`, `...`), without what it printed; empty where there are none. */
function codeOfSession(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  if (!/^\s*>>> /.test(lines.find((line) => line.trim() !== "" && !line.trim().startsWith("#")) ?? ""))
    return "";
  const kept = lines.filter((line) => PROMPTED.test(line) || /^\s*(#|$)/.test(line));
  return kept
    .map((line) => line.replace(PROMPTED, "").replace(/^\s+(?=#)/, ""))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const PROMPT = /^In\s?\[\s*(\d*)\s*\]:\s*(.*)$/;
/** What begins a result as a notebook prints it. Code says `torch.tensor(…)`. */
const RESULT =
  /^(?:Out\s?\[\s*\d*\s*\]:|\(?(?:tensor|array|Parameter)\(|Traceback \(most recent call last\))/;
const ADDRESS = /^https?:\/\//;
/** Letters that no name in a lesson's code has: of Chinese and its punctuation. */
const PROSE = /[\u3000-\u9fff\uff00-\uffef]/;
/** How a sentence of other languages begins, and no line of Python. */
const SENTENCE = /^[A-Z][\w'’]*,? [a-z]+ [\w'’]/;

/**
 * A notebook as a page shows it: `In [2]:`, code, what it printed, words. Nothing says where the code ends, so it does at the
 * first paragraph that is a result or words; what is printed is left out, words become the next cell's note.
 */
function parseShown(text: string): SourceCell[] {
  const cells: SourceCell[] = [];
  let note: string[] = [];
  for (const { count, lines } of sections(text)) {
    // Every other part is what separates two paragraphs.
    const parts = lines.join("\n").split(/(\n[ \t]*\n)/);
    const paragraphs = parts.filter((_, index) => index % 2 === 0);
    const end = count === null ? 0 : paragraphs.findIndex((each) => isResult(each) || isProse(each));
    const code = end < 0 ? parts : parts.slice(0, 2 * end);
    const source = code.join("").replace(/^\n+|\s+$/g, "");
    if (source) {
      cells.push({ source, executionCount: count || null, note: note.join("\n\n") });
      note = [];
    }
    if (end >= 0)
      note.push(
        ...paragraphs
          .slice(end)
          .map((each) => each.trim())
          .filter(isProse),
      );
  }
  return cells;
}

interface Section {
  /** Null before the first prompt, 0 for an empty one. */
  readonly count: number | null;
  readonly lines: string[];
}

function sections(text: string): Section[] {
  const found: Section[] = [{ count: null, lines: [] }];
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const prompt = PROMPT.exec(line);
    if (prompt) found.push({ count: Number(prompt[1]), lines: prompt[2] ? [prompt[2]] : [] });
    else found.at(-1)?.lines.push(line);
  }
  return found.length > 1 ? found : [];
}

function isResult(paragraph: string): boolean {
  return RESULT.test(paragraph.trimStart());
}

/** Words: letters of prose outside of strings and comments, or an address. */
function isProse(paragraph: string): boolean {
  if (ADDRESS.test(paragraph.trimStart()) || SENTENCE.test(paragraph.trimStart())) return true;
  const code = paragraph.replace(/"[^"\n]*"|'[^'\n]*'|#.*/g, "");
  return PROSE.test(code) && !isResult(paragraph);
}
