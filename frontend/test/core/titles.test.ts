import { expect, it } from "vitest";
import { titleOf } from "../../src/core/titles";
import type { Op } from "../../src/schema/trace";

const op = (name: string, constants: (string | null)[], params: Record<string, string> = {}): Op =>
  ({ name, params, inputs: constants.map((constant) => ({ constant })) }) as unknown as Op;

it.each([
  ["× 2", op("mul", [null, "2"])],
  ["/ 1.4142…", op("div", [null, "1.4142135623730951"])],
  ["2 ×", op("mul", ["2", null])],
  ["sum(dim=0)", op("sum", [null], { dim: "0" })],
  ["clamp(0, 1)", op("clamp", [null, "0", "1"])],
])("%s is what a card says", (title, given) => {
  expect(titleOf(given, "")).toBe(title);
});

it("is silent about an argument that was left out", () => {
  expect(titleOf(op("nll_loss", [null, null, "None"]), "")).toBe("nll_loss");
});
