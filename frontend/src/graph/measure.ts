/** How wide a text will be, so that cards have the width of what they say. */

import { STANDALONE } from "../build";

export interface Face {
  readonly size: number;
  readonly weight: number;
  readonly mono?: boolean;
}

/** The sizes of type on a card, in the units of the drawing. */
export const TYPE = {
  title: { size: 15, weight: 650 },
  aside: { size: 14, weight: 500 },
  name: { size: 21, weight: 700 },
  value: { size: 17.5, weight: 450 },
  note: { size: 15.5, weight: 600 },
  mark: { size: 13.5, weight: 650 },
  odd: { size: 14, weight: 650 },
  group: { size: 15, weight: 600 },
  flow: { size: 15.5, weight: 650 },
} as const satisfies Record<string, Face>;

export type Measure = (text: string, face: Face) => number;

let shared: Measure | null = null;

/** A measure that asks the browser, and remembers: the same for whoever asks for it. */
export function browserMeasure(): Measure {
  shared ??= measureOf((face) => {
    const context = document.createElement("canvas").getContext("2d");
    // Asked for late: the style sheets are there by the first measurement.
    const families = familiesOfPage();
    const font = `${face.weight} ${face.size}px ${face.mono ? families.mono : families.sans}`;
    if (context) Object.assign(context, { font, textRendering: "geometricPrecision" });
    return (text) => context?.measureText(text).width ?? roughMeasure(text, face);
  });
  return shared;
}

/** What numbers are written with. */
const NUMBERS = /^[-+\d.,e[\] naif]+$/;

/** Remembers the widths of texts, for each face; `ask` gives what measures in one. */
export function measureOf(ask: (face: Face) => (text: string) => number): Measure {
  const inFace = remembering((face: Face) => {
    const whole = remembering(ask(face));
    // A file that plays by itself is to be small, and its runs are short.
    return STANDALONE ? whole : withNumbers(whole);
  });
  return (text, face) => inFace(face)(text);
}

function remembering<Key, Value>(ask: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, ask(key));
    return known.get(key) as Value;
  };
}

function withNumbers(whole: (text: string) => number): (text: string) => number {
  const ofNumbers = byPairs(whole);
  return (text) => (NUMBERS.test(text) ? ofNumbers(text) : whole(text));
}

/** Numbers are new at each step, but of few characters, each as far from the next as these two always are. */
function byPairs(ask: (text: string) => number): (text: string) => number {
  const known = new Map<number, number>();
  return (text) => {
    let width = 0;
    let before = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const pair = before * 0x10000 + code;
      let step = known.get(pair);
      if (step === undefined) {
        step =
          before === 0 ? ask(text.charAt(0)) : ask(text.slice(at - 1, at + 1)) - ask(text.charAt(at - 1));
        known.set(pair, step);
      }
      width += step;
      before = code;
    }
    return width;
  };
}

function familiesOfPage(): { sans: string; mono: string } {
  const style = getComputedStyle(document.documentElement);
  return { sans: style.getPropertyValue("--sans"), mono: style.getPropertyValue("--mono") };
}

/** Without a browser: wide characters are as wide as they are high, others a little over half of that. */
export const roughMeasure: Measure = (text, face) => {
  let width = 0;
  for (const character of text) width += /[⺀-￯]/u.test(character) ? face.size : face.size * 0.58;
  return width;
};

/** Cuts a text to a width, with an ellipsis where something is left out. */
export function fitText(text: string, face: Face, width: number, measure: Measure): string {
  if (measure(text, face) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}…`, face) <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

/** Cuts a name in its middle: `model.encoder.…proj.weight` and its bias differ at their ends. */
export function fitName(name: string, face: Face, width: number, measure: Measure): string {
  const cut = (letters: number) =>
    `${name.slice(0, Math.ceil(letters / 2))}…${name.slice(name.length - Math.floor(letters / 2))}`;
  let letters = name.length;
  if (measure(name, face) <= width) return name;
  while (letters > 0 && measure(cut(letters), face) > width) letters--;
  return cut(letters);
}
