/** What a card's band says: the op as mathematics or Python writes it, with its constants in their slots. */

import type { Op } from "../schema/trace";

const INFIX: Record<string, string> = {
  add: "+",
  sub: "−",
  mul: "×",
  div: "/",
  pow: "**",
  matmul: "@",
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

/** `×`, `2 ×`, `× 2`, `sum(dim=0)`, `detach`; a long list of parameters is left to the inspector. */
export function titleOf(op: Op, source: string): string {
  const symbol = INFIX[op.name];
  const constants = op.inputs.map(({ constant }) => constant);
  if (symbol && op.inputs.length === 2) {
    const [left, right] = constants;
    return [left ?? "", symbol, right ?? ""].filter(Boolean).join(" ");
  }
  if (op.name === "neg") return "−";
  const given = [
    ...constants.filter((constant) => constant !== null),
    ...Object.entries(op.params).map(([name, value]) => `${name}=${value}`),
  ].join(", ");
  const name = calleeOf(source, op.name) ?? op.name;
  return given && given.length <= 16 ? `${name}(${given})` : name;
}

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
