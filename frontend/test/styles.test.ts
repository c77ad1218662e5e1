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

/** The colours of a theme by their names; the dark one says only what it has otherwise. */
function colours(theme: "light" | "dark"): Map<string, string> {
  const tokens = SHEETS.find(([name]) => name === "tokens.css")?.[1] ?? "";
  const [light = "", dark = ""] = tokens.split(':root[data-theme="dark"]');
  const said = theme === "light" ? light : `${light}${dark.split("}")[0]}`;
  return new Map(
    [...said.matchAll(/(--[\w-]+): (#[\da-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** The contrast of two colours, as WCAG 2.2 defines it. */
function contrast(a: string, b: string): number {
  const light = (colour: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
      const part = Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
      return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test.each(["light", "dark"] as const)("words stand out from what they are on: %s", (theme) => {
  const of = colours(theme);
  const words: [ink: string, ground: string][] = [
    ...["keyword", "number", "string", "function"].map((kind): [string, string] => [
      `--syntax-${kind}`,
      "--lit",
    ]),
    ...["--ink", "--ink-2"].map((ink): [string, string] => [ink, "--lit"]),
    ...[
      "--ink",
      "--ink-2",
      "--muted",
      "--faint",
      "--forward",
      "--backward",
      "--differs",
      "--bad",
      "--warn",
    ].flatMap((ink): [string, string][] => [
      [ink, "--surface"],
      [ink, "--ground"],
    ]),
  ];
  for (const [ink, ground] of words)
    expect
      .soft(contrast(of.get(ink) ?? "", of.get(ground) ?? ""), `${ink} on ${ground}`)
      .toBeGreaterThanOrEqual(4.5);
});
