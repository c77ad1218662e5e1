/** Python for the editor: how its words are coloured, and how far a new line is indented. */
import { indentService, StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { type PythonState, pythonToken } from "../../core/python";

const INDENT = 4;

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
