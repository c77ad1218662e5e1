/** How tightly the text of an expression holds together, and so whether it wants brackets where it is put. No DOM. */

/** From loose to tight: comparisons (and what has no arithmetic), sums, products, powers. Python's signs and mathematics'. */
const OPERATORS = [/[:=<>&|^~]|\b(?:if|or|and|not|in|is)\b/, /[-+−∑]/, /[*/@%·]/, /↑/];

/** The loosest operator outside of all brackets, as its place among {@link OPERATORS}; behind them where there is none. */
function binding(text: string): number {
  let open = text.replaceAll("**", "↑");
  for (let before = ""; before !== open; ) {
    before = open;
    open = open.replace(/[([{][^()[\]{}]*[)\]}]|"[^"]*"|'[^']*'/g, "");
  }
  // A sign belongs to its number.
  open = open.replace(/^-|(\de)[-+]/gi, "$1");
  const loosest = OPERATORS.findIndex((operator) => operator.test(open));
  return loosest < 0 ? OPERATORS.length : loosest;
}

/** What is put between two texts, in brackets if it would fall apart there: `2 * (a - b)`, `3 * (-2)`, `(-2) ** 4`. */
export function bracketed(put: string, before: string, after: string): string {
  const left = /(\*\*|[-+*/@−∑·]) ?$/.exec(before)?.[1];
  const right = /^ ?(\*\*|[-+*/@.[−·])/.exec(after)?.[1];
  const isBase = right === "**";
  const held = binding(put);
  const isLoose =
    // A complex number is a sum.
    /^[^[]+[+-].*i$/.test(put) ||
    (put.startsWith("-") && (left || isBase)) ||
    (left && held <= binding(`a${left}b`)) ||
    (right && held < binding(`a${right}b`) + Number(isBase));
  return isLoose ? `(${put})` : put;
}

/** A name that stands for a value: no function, no attribute. */
export const NAME = /(^|[^\w.])([A-Za-z_]\w*)(?![\w(])/g;

/** A formula with other texts in the place of its names. */
export function putInto(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(NAME, (found: string, before: string, name: string, offset: number) => {
    const put = names.get(name) ?? name;
    return before + bracketed(put, text.slice(0, offset + before.length), text.slice(offset + found.length));
  });
}
