/** What a card's band says: the op as mathematics or Python writes it, with its constants in their slots. */

import type { Op } from "../schema/trace";

/** Longer lists of parameters are left to the inspector. */
const LONGEST = 16;

const INFIX: Record<string, string> = {
  add: "+",
  sub: "−",
  mul: "×",
  div: "/",
  pow: "**",
  matmul: "@",
  mm: "@",
  mv: "@",
  floor_divide: "//",
  remainder: "%",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  add_: "+=",
  sub_: "−=",
  mul_: "×=",
  div_: "/=",
  pow_: "**=",
};

/** `×`, `2 ×`, `** 2`, `sum(dim=0)`, `detach`. */
export function titleOf(op: Op, source: string): string {
  const symbol = INFIX[op.name];
  const operands = op.inputs.map(({ constant }) => constant);
  const params = Object.entries(op.params);
  if (symbol) {
    const [left, right, more] = [...operands, ...params.map(([, value]) => value)];
    if (more === undefined) return [short(left), symbol, short(right)].filter(Boolean).join(" ");
  }
  if (op.name === "neg") return "−";
  const named = params.map(([name, value]) => `${name}=${value}`);
  // An argument that was left out is not worth a word.
  const given = [...operands.filter((constant) => constant !== null && constant !== "None"), ...named].join(
    ", ",
  );
  const name = calleeOf(source, op.name) ?? op.name;
  return given && given.length <= LONGEST ? `${name}(${given})` : name;
}

/** `1.4142…`: the op's code has all of it. */
const short = (constant: string | null = "") => constant?.replace(/(\.\d{4})\d+$/, "$1…");

/** `norm` for `b.norm()`, though the op that runs is `linalg_vector_norm`; null if the source calls something else. */
function calleeOf(source: string, op: string): string | null {
  if (!source.endsWith(")")) return null;
  let depth = 0;
  let open = source.length - 1;
  for (; open >= 0; open--) {
    if (source[open] === ")") depth++;
    else if (source[open] === "(" && --depth === 0) break;
  }
  const callee = /(\w+)\s*$/.exec(source.slice(0, open))?.[1];
  return callee !== undefined && op.includes(callee) ? callee : null;
}
