/** How wide a text will be, so that cards have the width of what they say. */

export interface Face {
  readonly size: number;
  readonly weight: number;
  readonly mono?: boolean;
}

/** The sizes of type on a card, in the units of the drawing. */
export const TYPE = {
  title: { size: 14, weight: 650 },
  aside: { size: 13, weight: 500 },
  name: { size: 21, weight: 700 },
  value: { size: 17.5, weight: 450 },
  note: { size: 15.5, weight: 600 },
  mark: { size: 12.5, weight: 650 },
  odd: { size: 13, weight: 650 },
  group: { size: 13.5, weight: 600 },
  flow: { size: 15.5, weight: 650 },
} as const satisfies Record<string, Face>;

export type Measure = (text: string, face: Face) => number;

/** A measure that asks the browser, and remembers. */
export function browserMeasure(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  const known = new Map<string, number>();
  let families: { sans: string; mono: string } | null = null;
  return (text, face) => {
    // Asked for late: the style sheets are there by the first measurement.
    families ??= familiesOfPage();
    const font = `${face.weight} ${face.size}px ${face.mono ? families.mono : families.sans}`;
    const key = `${font}|${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (!context) return roughMeasure(text, face);
      context.font = font;
      width = context.measureText(text).width;
      known.set(key, width);
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
