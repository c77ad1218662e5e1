/** One cell's CodeMirror: Python colours, and the marks of the step that is shown. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  placeholder,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { lastMarked, type Marks } from "./marks";
import { python } from "./python";

const setMarks = StateEffect.define<Marks | null>();

const marksField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    // A mark speaks of the text that ran: once that is edited, it would point at something else.
    let current = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) current = decorate(transaction.state.doc, effect.value);
    }
    return current;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(doc: Text, marks: Marks | null): DecorationSet {
  if (!marks) return Decoration.none;
  const ranges = [];
  const side = marks.backward ? " cm-step-backward" : "";
  const { statement, lit } = marks;
  if (statement && statement.line <= doc.lines) {
    const end = Math.min(lastMarked(statement, doc.line(statement.line).text), doc.lines);
    for (let line = statement.line; line <= end; line++) {
      ranges.push(Decoration.line({ class: `cm-step-line${side}` }).range(doc.line(line).from));
    }
  }
  if (lit) {
    const from = offsetOf(doc, lit.line, lit.column);
    const to = offsetOf(doc, lit.end_line, lit.end_column);
    if (from < to) ranges.push(Decoration.mark({ class: `cm-step-lit${side}` }).range(from, to));
  }
  return Decoration.set(ranges, true);
}

/** Lines count from 1 and columns in UTF-16 code units, in the trace as in CodeMirror. */
function offsetOf(doc: Text, line: number, column: number): number {
  if (line > doc.lines) return doc.length;
  const at = doc.line(line);
  return Math.min(at.from + column, at.to);
}

export interface CodeOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  /** A plain click on the text: nothing was selected. The line counts from 1, the column from 0. */
  readonly onPick: (line: number, column: number) => void;
  /** `overAll`: nothing of the cell would be left. Returns true if it took the pasted text over. */
  readonly onPaste: (text: string, overAll: boolean) => boolean;
}

export function createCode(options: CodeOptions): EditorView {
  const run = () => {
    options.onRun();
    return true;
  };
  return new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keymap.of([
          { key: "Shift-Enter", run },
          { key: "Mod-Enter", run },
          { key: "Alt-Enter", run: (view) => pick(view, options) },
          // Escape gives Tab back to the page, so that the keyboard can leave the editor.
          { key: "Escape", run: leave },
        ]),
        history(),
        drawSelection(),
        indentUnit.of("    "),
        bracketMatching(),
        python,
        syntaxHighlighting(classHighlighter),
        placeholder("import torch"),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
        EditorView.domEventHandlers({
          click: (event, view) => {
            const { main } = view.state.selection;
            if (event.detail === 1 && main.empty && !event.shiftKey) pick(view, options);
            return false;
          },
          paste: (event, view) => {
            const { main } = view.state.selection;
            const rest = view.state.doc.length - (main.to - main.from);
            const taken = options.onPaste(event.clipboardData?.getData("text/plain") ?? "", rest === 0);
            if (taken) event.preventDefault();
            return taken;
          },
        }),
        marksField,
      ],
    }),
  });
}

/** Makes the text another, unless it is that already. */
export function replaceText(view: EditorView, text: string): void {
  if (view.state.doc.toString() === text) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

function pick({ state }: EditorView, options: CodeOptions): boolean {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  options.onPick(line.number, head - line.from);
  return true;
}

function leave(view: EditorView): boolean {
  view.contentDOM.blur();
  return true;
}

export function showMarks(view: EditorView, marks: Marks | null): void {
  view.dispatch({ effects: setMarks.of(marks) });
}

/** Where the marked lines are on the screen. */
export function placeOfMarks(view: EditorView, marks: Marks): { top: number; bottom: number } | null {
  const span = marks.lit ?? marks.statement;
  if (!span) return null;
  const { doc } = view.state;
  const top = view.lineBlockAt(offsetOf(doc, span.line, 0));
  const bottom = view.lineBlockAt(offsetOf(doc, marks.lit ? span.end_line : span.line, 0));
  return { top: view.documentTop + top.top, bottom: view.documentTop + bottom.bottom };
}
