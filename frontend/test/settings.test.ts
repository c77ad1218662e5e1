import { expect, test } from "vitest";
import { changeTextScale, preferredLanguage, textScale } from "../src/state/settings";

test.each([
  [["zh-CN", "en"], "zh"],
  [["fr-FR", "zh"], "zh"],
  [["en-GB"], "en"],
  [["de"], "en"],
  [[], "en"],
])("a browser that wants %j is spoken to in %s", (wanted, language) => {
  expect(preferredLanguage(wanted)).toBe(language);
});

test("text grows and shrinks by notches, and stops at the ends", () => {
  const start = textScale.value;
  changeTextScale(1);
  expect(textScale.value).toBeGreaterThan(start);
  for (let i = 0; i < 20; i++) changeTextScale(1);
  const largest = textScale.value;
  changeTextScale(1);
  expect(textScale.value).toBe(largest);
  for (let i = 0; i < 40; i++) changeTextScale(-1);
  expect(textScale.value).toBeGreaterThan(0.5);
});
