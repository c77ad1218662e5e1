/** Widths that are remembered are those that were asked for. */
import { expect, test } from "vitest";
import { fitName, measureOf, roughMeasure, TYPE } from "../src/graph/measure";

/** Letters of a width of their own, closer together after some of them. */
function kerned(asked: string[], size: number): (text: string) => number {
  return (text) => {
    asked.push(text);
    const letters = [...text].map((each) => each.charCodeAt(0));
    const apart = letters.map((code, at) => (code % 7) + (at > 0 ? ((letters[at - 1] ?? 0) * code) % 3 : 0));
    return apart.reduce((sum, each) => sum + each, 0) * size;
  };
}

test("numbers are as wide as the browser says, without asking it for each", () => {
  const asked: string[] = [];
  const measure = measureOf(({ size }) => kerned(asked, size));
  const texts = ["[1.5774, 1.5774]", "-inf", "nan", "1.2e-07", "3", "[0.1, -0.25, 1e+10]", ""];
  for (const text of texts)
    for (const face of [TYPE.value, TYPE.note])
      expect(measure(text, face)).toBeCloseTo(kerned([], face.size)(text), 9);
  const before = asked.length;
  expect(measure("[1.5774, 1.5774, 1.5774]", TYPE.value)).toBeCloseTo(
    kerned([], 17.5)("[1.5774, 1.5774, 1.5774]"),
    9,
  );
  expect(asked.length).toBe(before);
});

test("other texts are asked for whole, once for a face", () => {
  const asked: string[] = [];
  const measure = measureOf(({ size }) => kerned(asked, size));
  for (const face of [TYPE.title, TYPE.title, TYPE.name]) measure("MulBackward0", face);
  expect(asked).toEqual(["MulBackward0", "MulBackward0"]);
});

test("names that differ at their ends are cut in the middle", () => {
  const [weight, bias] = ["weight", "bias"].map((end) =>
    fitName(`model.encoder.layers.0.self_attention.${end}`, TYPE.name, 200, roughMeasure),
  );
  expect(weight).toMatch(/^model.+….+weight$/);
  expect(bias).toMatch(/^model.+….+bias$/);
  expect(roughMeasure(weight ?? "", TYPE.name)).toBeLessThanOrEqual(200);
  expect(fitName("x", TYPE.name, 200, roughMeasure)).toBe("x");
});
