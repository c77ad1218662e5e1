/** The bracket beside a cursor, which stands at `|`, and its partner. */

import { describe, expect, it } from "vitest";
import { bracketsAt, type Place } from "../src/core/brackets";

function at(marked: string) {
  const position = marked.indexOf("|");
  return bracketsAt(marked.replace("|", ""), position);
}

const place = (found: Place | null | undefined) => found && [found.line, found.column];

describe("the bracket beside the cursor", () => {
  it.each([
    ["f(|x)", [0, 1], [0, 3]],
    ["f(x)|", [0, 3], [0, 1]],
    ["f|(x)", [0, 1], [0, 3]],
    ["f(x|)", [0, 3], [0, 1]],
    ["f(g[0], {1: (2)}|)", [0, 15], [0, 8]],
    ["x = [|\n    1,\n    2,\n]", [0, 4], [3, 0]],
    ["x = [\n    (1, 2),\n]|", [2, 0], [0, 4]],
    // The one before the cursor comes first.
    ["f()|(x)", [0, 2], [0, 1]],
    // What stands in strings and comments is text.
    ['f(|")")', [0, 1], [0, 5]],
    ["f(|x  # )\n)", [0, 1], [1, 0]],
    ['f(|"""\n)\n""")', [0, 1], [2, 3]],
  ])("%s", (marked, own, partner) => {
    const found = at(marked);
    expect([place(found?.own), place(found?.partner)]).toEqual([own, partner]);
  });

  it.each(["f(|x", "f x)|", "f(|x]", "f[(|x], y)", "x = (|\n[1)\n]"])("%s: it has none", (marked) => {
    const found = at(marked);
    expect(found?.own).toBeDefined();
    expect(found?.partner).toBeNull();
  });

  it.each(["f|oo(x)", '"(|)"', "# (|)", "|", "x = '(' |+ 1"])("%s: there is none", (marked) => {
    expect(at(marked)).toBeNull();
  });
});
