/** Python for the editor: how its words are coloured, and how far a new line is indented. A full grammar would weigh more. */
import { indentService, StreamLanguage, type StringStream } from "@codemirror/language";
import type { Extension } from "@codemirror/state";

const INDENT = 4;

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

export interface PythonState {
  /** The quotes that end the string which goes on over the line's end. */
  open: string | null;
  /** The next name is being defined. */
  defines: boolean;
}

/** One word of a line: moves the stream past it and names its colour. */
export function pythonToken(stream: StringStream, state: PythonState): string | null {
  if (state.open !== null) return restOfString(stream, state, state.open);
  if (stream.eatSpace()) return null;
  const atStart = stream.string.slice(0, stream.pos).trim() === "";
  if (stream.match(/^#.*/)) return "comment";
  const quote = stream.match(STRING);
  if (quote && typeof quote === "object") return restOfString(stream, state, quote[1] ?? '"');
  if (stream.match(NUMBER)) return "number";
  if (stream.match(/^@[\p{L}\p{N}_.]+/u) && atStart) return "meta";
  const name = stream.match(NAME);
  if (!name || typeof name !== "object") {
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

function restOfString(stream: StringStream, state: PythonState, quote: string): string {
  const isLong = quote.length === 3;
  state.open = isLong ? quote : null;
  while (!stream.eol()) {
    if (stream.match(quote)) {
      state.open = null;
      break;
    }
    if (stream.next() === "\\") stream.next();
  }
  return "string";
}

const language = StreamLanguage.define<PythonState>({
  name: "python",
  startState: () => ({ open: null, defines: false }),
  token: pythonToken,
  languageData: { commentTokens: { line: "#" } },
});

/** How deep the line below this text goes: one level more after a colon or an open bracket, one less after a way out. */
export function indentAfter(line: string): number {
  const depth = /^ */.exec(line)?.[0].length ?? 0;
  const code = line.replace(/#.*$/, "").trimEnd();
  if (/[:([{]$/.test(code)) return depth + INDENT;
  return /^\s*(return|pass|break|continue|raise)\b/.test(code) ? Math.max(0, depth - INDENT) : depth;
}

const indentation = indentService.of((context, position) => {
  const line = context.lineAt(position, -1);
  return indentAfter(position > line.from ? line.text.slice(0, position - line.from) : line.text);
});

export const python: Extension = [language, indentation];
