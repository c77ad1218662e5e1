/** What the style sheets must not do, for it would slow every step. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

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
