/** MathML that came with a trace, made safe and told in the run's own names. */

import { bracketed } from "../core/binding";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** What formulas are made of (`formula/boxes.py`); anything else in a document from elsewhere is left out. */
const ELEMENTS = ["math", "mrow", "mi", "mn", "mo", "mfrac", "msup", "msqrt", "mover"];
const ATTRIBUTES = ["fence", "accent", "stretchy"];

/** Python's operators as a blackboard has them. */
export function asMathematics(expression: string): string {
  return expression.replaceAll(" * ", " · ").replaceAll(" - ", " − ");
}

/** The formula, with `left =` before it if that is given (it may be taken out and given again); null if the source is not MathML. */
export function renameMath(
  source: string,
  names: ReadonlyMap<string, string>,
  left?: string,
): Element | null {
  const key = JSON.stringify([source, left, [...names]]);
  const made = remembered(renamed, key, () => {
    const parsed = remembered(
      known,
      source,
      () => new DOMParser().parseFromString(source, "application/xml").documentElement,
    );
    const math = parsed.localName === "math" ? copy(parsed, names) : null;
    if (math && left !== undefined) math.prepend(token("mi", left), token("mo", "="));
    return math;
  });
  // Two rules of an op may read the same.
  return made?.isConnected ? (made.cloneNode(true) as Element) : made;
}

/** The formulas that were read last, and in whose names: a run has few, and each step shows some of them. */
const known = new Map<string, Element>();
const renamed = new Map<string, Element | null>();
const MOST_KNOWN = 200;

function remembered<T>(made: Map<string, T>, key: string, make: () => T): T {
  const found = made.get(key);
  if (found !== undefined) return found;
  if (made.size >= MOST_KNOWN) made.clear();
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

function copy(element: Element, names: ReadonlyMap<string, string>): Element | null {
  if (!ELEMENTS.includes(element.localName)) return null;
  const bar = element.localName === "mover" && element.firstElementChild?.textContent === "result";
  // A bar over a name is its cotangent; a result without a name has the word that the code has for that.
  if (bar && !names.has("result")) return token("mi", "grad");
  const made = document.createElementNS(MATHML, element.localName);
  for (const { name, value } of element.attributes)
    if (ATTRIBUTES.includes(name)) made.setAttribute(name, value);
  if (element.children.length === 0) {
    const text = element.textContent ?? "";
    const named = element.localName === "mi" ? names.get(text.trim()) : undefined;
    if (named !== undefined && /[^\w.]/.test(named)) return expression(putInto(element, named));
    made.textContent = named ?? text;
    return made;
  }
  for (const child of element.children) {
    const copied = copy(child, names);
    if (copied) made.append(copied);
  }
  return made;
}

/** What code has in the place of a name: `h * h` is a product of two variables. */
function expression(code: string): Element {
  // The name of a part of what code does: `0: Linear · addmm`.
  if (code.includes(" · ")) return token("mi", code);
  const row = document.createElementNS(MATHML, "mrow");
  for (const [word, power] of code.matchAll(WORDS)) {
    const base = row.lastElementChild;
    if (power && base) {
      const raised = document.createElementNS(MATHML, "msup");
      base.replaceWith(raised);
      raised.append(base, tokenOf(power));
    } else row.append(tokenOf(word));
  }
  return row;
}

const WORDS = /\*\* ?([\w.]+)|[<>=!]=|\d[\d.]*e-?\d+|[\p{L}\w.]+|\S/gu;

function tokenOf(word: string): Element {
  // Brackets of code are no operators: these have space around them.
  return token(
    /^\d/.test(word) ? "mn" : /^[\p{L}_()[\]]/u.test(word) ? "mi" : "mo",
    asMathematics(` ${word} `).trim(),
  );
}

/** What stands on a side of a place, as a sign: pieces without one between them are a product, but for an index. */
const signOf = (sibling: Element | null) => {
  const text = sibling?.textContent ?? "";
  return sibling && (sibling.localName === "mo" || text.startsWith("[") ? text : "*");
};

/** In brackets where it would fall apart. */
function putInto(place: Element, name: string): string {
  const { parentElement, previousElementSibling: before, nextElementSibling: after } = place;
  const kind = parentElement?.localName;
  if (kind === "mrow") return bracketed(name, `${signOf(before)}`, `${signOf(after)}`);
  return kind === "msup" && after ? bracketed(name, "", "**") : name;
}

function token(element: "mi" | "mn" | "mo", text: string): Element {
  const made = document.createElementNS(MATHML, element);
  made.textContent = text;
  return made;
}
