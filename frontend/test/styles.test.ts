/** What the style sheets must not do, for it would slow every step. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Face, TYPE } from "../src/graph/measure";

const FOLDER = new URL("../src/style/", import.meta.url);
const SHEETS = readdirSync(FOLDER).map((name): [string, string] => [
  name,
  readFileSync(new URL(name, FOLDER), "utf8").replace(/\/\*[\s\S]*?\*\//g, ""),
]);

/** The selectors of a sheet, one a line or after a comma. */
const selectorsOf = (sheet: string): string[] =>
  [...sheet.matchAll(/([^{};]+)\{/g)].flatMap(([, list = ""]) => list.split(",").map((each) => each.trim()));

test("no rule is met by the ::before or ::after of every element", () => {
  const met = SHEETS.flatMap(([name, sheet]) =>
    selectorsOf(sheet)
      .filter((selector) => /(^|[\s>+~*])::?(before|after)\b/.test(selector))
      .map((selector) => `${name}: ${selector}`),
  );
  expect(met).toEqual([]);
});

test("the drawing's words are drawn in the faces that they are measured in", () => {
  const drawn: [string, Face][] = [
    [".card-title", TYPE.title],
    [".card-aside", TYPE.aside],
    [".card-name", TYPE.name],
    [".card-value", TYPE.value],
    [".card-note", TYPE.note],
    ['.card[data-state="active"] .card-note', TYPE.note],
    [".flow-result", TYPE.flow],
    [".mark-text", TYPE.title],
  ];
  const rules = SHEETS.map(([, sheet]) => sheet).join("\n");
  for (const [selector, face] of drawn) {
    const [, body = ""] = rules.split(`\n${selector} {`);
    const [rule = ""] = body.split("}");
    const sizeOf = (name: string, other: number) =>
      Number(new RegExp(`${name}: ([\\d.]+)`).exec(rule)?.[1] ?? other);
    expect.soft(sizeOf("font-size", face.size), selector).toBe(face.size);
    expect.soft(sizeOf("font-weight", face.weight), selector).toBeLessThanOrEqual(face.weight);
    // A canvas measures figures as they are, not in the width that tables give them.
    expect.soft(rule, selector).not.toContain("tabular-nums");
  }
});
