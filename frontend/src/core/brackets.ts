/** The bracket beside a cursor in Python and the one that belongs to it. Those in strings and comments are none. No DOM. */

import { openStrings, wordsOf } from "./python";

/** A place in a text: its line from 0, its column from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A bracket, and its partner; null where it has none. */
export interface Brackets {
  readonly own: Place;
  readonly partner: Place | null;
}

const PARTNERS = new Map([..."()[]{}"].map((sign, i, all) => [sign, all[i ^ 1] ?? ""]));
const OPENS = "([{";
/** A partner further away is not looked for: nothing is said then. */
const FARTHEST = 2000;

interface Bracket extends Place {
  readonly sign: string;
}

/** The bracket before a position in a text, or else the one behind it. */
export function bracketsAt(text: string, position: number): Brackets | null {
  // Most cursors stand beside none, which is seen at once.
  if (!PARTNERS.has(text[position - 1] ?? "") && !PARTNERS.has(text[position] ?? "")) return null;
  const lines = text.split("\n");
  const open = openStrings(lines);
  const line = text.slice(0, position).split("\n").length - 1;
  const column = position - (text.lastIndexOf("\n", position - 1) + 1);
  const of = (number: number) => bracketsIn(lines[number] ?? "", open[number] ?? null, number);
  const here = of(line);
  const own = here.find((each) => each.column === column - 1) ?? here.find((each) => each.column === column);
  if (!own) return null;
  const isOpen = OPENS.includes(own.sign);
  const way = isOpen ? 1 : -1;
  const waiting: string[] = [];
  for (let number = line; number >= 0 && number < lines.length; number += way) {
    if (Math.abs(number - line) > FARTHEST) return null;
    const found = of(number);
    for (const each of isOpen ? found : found.reverse()) {
      if (number === line && (each.column - own.column) * way < 0) continue;
      if (OPENS.includes(each.sign) === isOpen) waiting.push(each.sign);
      else if (PARTNERS.get(waiting.pop() ?? "") !== each.sign) return { own, partner: null };
      else if (waiting.length === 0) return { own, partner: each };
    }
  }
  return { own, partner: null };
}

function bracketsIn(text: string, open: string | null, line: number): Bracket[] {
  const found: Bracket[] = [];
  let column = 0;
  for (const word of wordsOf(text, open)) {
    if (word.colour === "operator" && PARTNERS.has(word.text)) found.push({ line, column, sign: word.text });
    column += word.text.length;
  }
  return found;
}
