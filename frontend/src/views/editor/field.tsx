/** Where a cell's code is written: a text field of the browser's own, with its letters in colour behind it. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import {
  breakLine,
  type Change,
  dedent,
  deepen,
  eraseLevel,
  indent,
  moveLines,
  type Typed,
  toggleComment,
} from "../../core/typing";
import { letGo } from "../../focus";
import { words } from "../../i18n";
import { parsePasted } from "../../pasted";
import { type EditedCell, focusRequest, openCells, replaceCell } from "../../state/cells";
import { toSource } from "../../state/jumps";
import { startRun } from "../../state/request";
import { Code } from "../code/code";
import { linesIn, WrittenLines } from "./written-lines";

export function Field({ cell, label }: { cell: EditedCell; label: string }): JSX.Element {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(
    () =>
      effect(() => {
        if (focusRequest.value !== cell.id) return;
        focusRequest.value = null;
        box.current?.focus();
      }),
    [cell],
  );
  return (
    <div class="cell-code code mono">
      <Code cell={cell} isBehind as={WrittenLines} />
      <textarea
        ref={box}
        class="code-field"
        aria-label={label}
        aria-description={words.value.cells.leave}
        placeholder="import torch"
        rows={1}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        value={cell.source.value}
        onInput={({ currentTarget }) => {
          cell.source.value = currentTarget.value;
        }}
        onFocus={({ currentTarget }) => {
          passage = "begun";
          void import("./brackets").then((module) => module.mark(currentTarget));
        }}
        onKeyDown={(event) => isPassing(event) || press(event, cell)}
        onKeyUp={({ key }) => {
          if (key === "Tab" && passage === "begun") passage = "passing";
        }}
        onMouseDown={({ currentTarget, clientX, clientY }) => {
          aimed = document.activeElement === currentTarget ? null : letterAt(currentTarget, clientX, clientY);
        }}
        onClick={({ currentTarget, detail, shiftKey }) => {
          passage = "over";
          if (currentTarget.selectionStart === currentTarget.selectionEnd && aimed !== null)
            currentTarget.setSelectionRange(aimed, aimed);
          aimed = null;
          const { selectionStart, selectionEnd } = currentTarget;
          if (detail === 1 && selectionStart === selectionEnd && !shiftKey) pick(currentTarget, cell);
        }}
        onPaste={(event) => {
          const { value, selectionStart, selectionEnd } = event.currentTarget;
          const isOverAll = selectionEnd - selectionStart === value.length;
          const text = event.clipboardData?.getData("text/plain") ?? "";
          if (paste(event.currentTarget, cell, text, isOverAll)) event.preventDefault();
        }}
      />
    </div>
  );
}

type Key = KeyboardEvent & { currentTarget: HTMLTextAreaElement };

/** Who comes by the Tab key is on the way through the page, and goes on by it until another key shows that it is this field they want. */
let passage: "begun" | "passing" | "over" = "over";

/** The letter that was clicked on in code that is only read: there the rest of a long line stands elsewhere than in the field. */
let aimed: number | null = null;

function letterAt(box: HTMLTextAreaElement, x: number, y: number): number | null {
  box.style.pointerEvents = "none";
  const place = box.previousElementSibling && linesIn(box.previousElementSibling)?.placeAt(x, y);
  box.style.pointerEvents = "";
  if (!place) return null;
  const lines = box.value.split("\n").slice(0, place.line);
  const last = lines.pop() ?? "";
  return lines.reduce((sum, { length }) => sum + length + 1, Math.min(place.column, last.length));
}

function isPassing({ key, repeat }: Key): boolean {
  if (key === "Shift") return true;
  if (key === "Tab" && (passage === "passing" || (repeat && passage === "begun"))) return true;
  passage = "over";
  return false;
}

/** What keys do to the code that is selected. */
function changeOf(event: Key, typed: Typed): Change | null {
  const { key, shiftKey, altKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (altKey && !isCommand && !shiftKey && (key === "ArrowUp" || key === "ArrowDown"))
    return moveLines(typed, key === "ArrowUp" ? -1 : 1);
  if (altKey) return null;
  if (isCommand)
    return key === "/"
      ? toggleComment(typed)
      : key === "]"
        ? deepen(typed)
        : key === "["
          ? dedent(typed)
          : null;
  if (key === "Tab") return shiftKey ? dedent(typed) : indent(typed);
  if (key === "Enter" && !shiftKey) return breakLine(typed);
  return key === "Backspace" && !shiftKey ? eraseLevel(typed) : null;
}

function press(event: Key, cell: EditedCell): void {
  const { currentTarget: box, key } = event;
  if (event.isComposing) return;
  if (key === "Escape") {
    // Tab is the page's again, so that the keyboard can leave the field.
    letGo();
    box.blur();
  } else if (key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
    void startRun();
  } else if (key === "Enter" && event.altKey) {
    pick(box, cell);
  } else {
    const change = changeOf(event, { text: box.value, from: box.selectionStart, to: box.selectionEnd });
    if (!change) return;
    write(box, change);
  }
  event.preventDefault();
}

/** As if it had been typed, so that it can be undone. */
function write(box: HTMLTextAreaElement, { from, to, insert, select }: Change): void {
  box.setSelectionRange(from, to);
  const command = insert === "" ? "delete" : "insertText";
  if (from !== to || insert !== "") document.execCommand(command, false, insert);
  box.setSelectionRange(...select);
}

/** To the step of the line and column where the cursor is. */
function pick({ value, selectionEnd }: HTMLTextAreaElement, cell: EditedCell): void {
  const before = value.slice(0, selectionEnd).split("\n");
  toSource(cell, before.length, before.at(-1)?.length ?? 0);
}

/**
 * A whole notebook is opened; a text with cell markers becomes cells in the place of the one that it is pasted over; a session of
 * the interpreter is typed without prompts and results. Whether that was done.
 */
function paste(box: HTMLTextAreaElement, cell: EditedCell, text: string, isOverAll: boolean): boolean {
  const pasted = parsePasted(text);
  const [first, second] = pasted?.cells ?? [];
  if (pasted?.isWhole) openCells("", pasted.cells);
  else if (pasted && second && isOverAll) replaceCell(cell, pasted.cells);
  else if (first && !second) type(box, first.source);
  else return false;
  return true;
}

function type(box: HTMLTextAreaElement, insert: string): void {
  const { selectionStart: from, selectionEnd: to } = box;
  write(box, { from, to, insert, select: [from + insert.length, from + insert.length] });
}
