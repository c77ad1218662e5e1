/** How Python's words are coloured, line by line. A full grammar would weigh more. No DOM, no editor. */

const KEYWORDS = new Set(
  (
    "and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda nonlocal not or pass raise return try while with yield match case"
  ).split(" "),
);
/** Only at the start of a statement are these words of the language. */
const SOFT = new Set(["match", "case"]);
const CONSTANTS = new Set(["True", "False", "None"]);

const STRING = /^(?:[rRbBuUfF]{0,2})("""|'''|"|')/;
const NUMBER =
  /^(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?j?)/;
const NAME = /^[\p{L}_][\p{L}\p{N}_]*/u;

interface State {
  /** The quotes that end the string which goes on over the line's end. */
  open: string | null;
  /** The next name is being defined. */
  defines: boolean;
}

/** One word of a line: moves the stream past it and names its colour. */
function token(stream: Stream, state: State): string | null {
  if (state.open !== null) return restOfString(stream, state, state.open);
  if (stream.eatSpace()) return null;
  const atStart = stream.string.slice(0, stream.pos).trim() === "";
  if (stream.match(/^#.*/)) return "comment";
  const quote = stream.match(STRING);
  if (quote) return restOfString(stream, state, quote[1] ?? '"');
  if (stream.match(NUMBER)) return "number";
  if (stream.match(/^@[\p{L}\p{N}_.]+/u) && atStart) return "meta";
  const name = stream.match(NAME);
  if (!name) {
    stream.next();
    return "operator";
  }
  const [word] = name;
  if (state.defines) {
    state.defines = false;
    return "variableName.definition";
  }
  if (CONSTANTS.has(word)) return "bool";
  if (!KEYWORDS.has(word) || (SOFT.has(word) && !(atStart && /:\s*$/.test(stream.string))))
    return "variableName";
  state.defines = word === "def" || word === "class";
  return "keyword";
}

function restOfString(stream: Stream, state: State, quote: string): string {
  const isLong = quote.length === 3;
  state.open = isLong ? quote : null;
  while (!stream.eol()) {
    if (stream.take(quote)) {
      state.open = null;
      break;
    }
    if (stream.next() === "\\") stream.next();
  }
  return "string";
}

/** A stretch of a line in one colour; null where it has none. */
export interface Word {
  readonly text: string;
  readonly colour: string | null;
}

/** The words of a line that begins inside a string with these quotes, or (null) outside of any: together they are the line. */
export function wordsOf(line: string, open: string | null): Word[] {
  return wordsAndEnd(line, open)[0];
}

/** For each line, the quotes of the string that it begins in; null outside of any. */
export function openStrings(lines: readonly string[]): (string | null)[] {
  let open: string | null = null;
  return lines.map((line) => {
    const before = open;
    if (open !== null || line.includes('"""') || line.includes("'''")) open = wordsAndEnd(line, open)[1];
    return before;
  });
}

function wordsAndEnd(line: string, open: string | null): [words: Word[], open: string | null] {
  const state: State = { open, defines: false };
  const stream = new Stream(line);
  const words: Word[] = [];
  while (!stream.eol()) {
    const from = stream.pos;
    const colour = token(stream, state);
    words.push({ text: line.slice(from, stream.pos), colour });
  }
  return [words, state.open];
}

class Stream {
  pos = 0;

  constructor(readonly string: string) {}

  eol(): boolean {
    return this.pos >= this.string.length;
  }

  eatSpace(): boolean {
    return this.match(/^\s+/) !== null;
  }

  next(): string {
    const next = String.fromCodePoint(this.string.codePointAt(this.pos) ?? 0);
    this.pos += next.length;
    return next;
  }

  match(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.string.slice(this.pos));
    this.pos += found?.[0].length ?? 0;
    return found;
  }

  take(text: string): boolean {
    if (!this.string.startsWith(text, this.pos)) return false;
    this.pos += text.length;
    return true;
  }
}
