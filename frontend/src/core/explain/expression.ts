/** The parts of a Python expression as text with their places: an operator's two sides, a call's arguments. */

export interface Part {
  text: string;
  from: number;
  to: number;
}

export interface Binary {
  left: Part;
  operator: string;
  right: Part;
}

export interface Call {
  /** What is called: `torch.cat`, `x.view`, `self.fc`. */
  callee: string;
  /** What a method belongs to: `x` of `x.view(2)`. */
  receiver: Part | null;
  /** By position, then by keyword; a keyword argument's value. */
  args: { name: string | null; value: Part }[];
}

/** From the loosest; operators of one row group from the left. */
const BINDING = [
  ["<", ">", "<=", ">=", "==", "!="],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "//", "%", "@"],
  ["**"],
];
const OPERATORS = /^(?:\*\*|\/\/|<<|>>|<=|>=|==|!=|[-+*/%@|^&<>])/;
const WORDS = /\b(?:if|else|and|or|not|in|is|lambda|for|yield|await)\b/;

/** The operator that binds least, at the top of an expression; null if there is none. */
export function binaryOf(text: string): Binary | null {
  const found: { at: number; operator: string; rank: number }[] = [];
  let plain = "";
  walk(text, (at) => {
    plain += text[at];
    const operator = OPERATORS.exec(text.slice(at))?.[0];
    const before = text.slice(0, at).trimEnd();
    // After an operator, a bracket or nothing a sign belongs to what follows; `1e-3` is a number.
    if (!operator || !/[\w.)\]}"']$/.test(before) || /(?:^|\W)\d[\d.]*e$/i.test(before)) return 1;
    found.push({ at, operator, rank: BINDING.findIndex((row) => row.includes(operator)) });
    return operator.length;
  });
  if (WORDS.test(plain) || !found.length) return null;
  const loosest = Math.min(...found.map(({ rank }) => rank));
  const top = found.filter(({ rank }) => rank === loosest);
  // Powers group from the right.
  const chosen = top.at(loosest === BINDING.length - 1 ? 0 : -1);
  if (!chosen) return null;
  const { at, operator } = chosen;
  return {
    left: trimmed(text, 0, at),
    operator,
    right: trimmed(text, at + operator.length, text.length),
  };
}

/** `x += y` as `x + y`. */
export function augmentedOf(text: string): Binary | null {
  const [whole, target, operator] = /^([\w.[\]]+)\s*(\*\*|\/\/|[-+*/%@|^&])=\s*/.exec(text) ?? [];
  if (!whole || !target || !operator) return null;
  return {
    left: trimmed(text, 0, target.length),
    operator,
    right: trimmed(text, whole.length, text.length),
  };
}

/** A text that is one call to its end; null if it is none. */
export function callOf(text: string): Call | null {
  if (!text.endsWith(")") || binaryOf(text)) return null;
  let open = -1;
  let depth = 0;
  walk(text, (at, level) => {
    if (level === 1 && depth === 0 && text[at] === "(") open = at;
    depth = level;
    return 1;
  });
  if (open <= 0) return null;
  const callee = text.slice(0, open).trim();
  const dot = callee.lastIndexOf(".");
  return {
    callee,
    receiver: dot > 0 ? trimmed(text, 0, dot) : null,
    args: commas(text, open + 1, text.length - 1).map((part) => {
      const [named, name] = /^(\w+)\s*=(?!=)\s*/.exec(part.text) ?? [];
      if (!named || !name) return { name: null, value: part };
      return { name, value: trimmed(text, part.from + named.length, part.to) };
    }),
  };
}

/** The items of a list or tuple that is written out; null for anything else. */
export function itemsOf(text: string, part: Part): Part[] | null {
  const isList = /^[[(][\s\S]*[\])]$/.test(part.text) && !binaryOf(part.text) && closesAtEnd(part.text);
  return isList ? commas(text, part.from + 1, part.to - 1) : null;
}

function closesAtEnd(text: string): boolean {
  let closed = 0;
  walk(text, (_, level) => {
    if (level === 0) closed++;
    return 1;
  });
  return closed <= 1;
}

/** An expression that a method can be called on: in brackets unless it is a name, a call, an item. */
export function asReceiver(text: string): string {
  const isAtom = binaryOf(text) === null && !WORDS.test(text) && !/^[-+~]/.test(text);
  return isAtom ? text : `(${text})`;
}

/** The parts between the commas of a stretch, without the last comma's nothing. */
function commas(text: string, from: number, to: number): Part[] {
  const inside = text.slice(from, to);
  const parts: Part[] = [];
  let start = 0;
  walk(inside, (at, level) => {
    if (level === 0 && inside[at] === ",") {
      parts.push(trimmed(text, from + start, from + at));
      start = at + 1;
    }
    return 1;
  });
  const last = trimmed(text, from + start, to);
  return last.text ? [...parts, last] : parts;
}

function trimmed(text: string, from: number, to: number): Part {
  const inside = text.slice(from, to);
  const start = from + inside.length - inside.trimStart().length;
  const end = Math.max(start, to - inside.length + inside.trimEnd().length);
  return { text: text.slice(start, end), from: start, to: end };
}

/**
 * Calls `visit` with each place outside of brackets and strings, and with brackets that open or close the outermost (level
 * 1 for one that opens, 0 for one that closes); it says how far to go on.
 */
function walk(text: string, visit: (at: number, level: number) => number): void {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; ) {
    const sign = text[at] ?? "";
    if (quote) {
      if (sign === "\\") at++;
      else if (sign === quote) quote = "";
      at++;
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      at++;
    } else if ("([{".includes(sign)) {
      depth++;
      if (depth === 1) visit(at, 1);
      at++;
    } else if (")]}".includes(sign)) {
      depth--;
      if (depth === 0) visit(at, 0);
      at++;
    } else at += depth === 0 ? visit(at, 0) : 1;
  }
}
