import { expect, test } from "vitest";
import { PARTS, readWishes } from "../src/core/wishes";

test("an address that wishes for nothing changes nothing", () => {
  expect(Object.values(readWishes(""))).toEqual(Object.values(readWishes("#")).map(() => null));
});

test("what is known is taken, in whatever order; what is not is passed over", () => {
  expect(readWishes("#view=sentence,sky,graph&step=12&theme=neon&controls=steps&lang=zh&by=vjp")).toEqual({
    ...readWishes(""),
    view: ["graph", "sentence"],
    step: 12,
    controls: "steps",
    language: "zh",
    grain: "vjp",
  });
});

test("a view of nothing known is no wish", () => {
  expect(readWishes("view=sky").view).toBeNull();
  expect(readWishes(`view=${PARTS.join(",")}`).view).toEqual(PARTS);
});
