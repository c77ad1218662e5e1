import { describe, expect, it } from "vitest";
import { fullGraph } from "../src/core/cards";
import { openRun } from "../src/core/run";
import { BAND, faceOf, gradientTable, gradientText, NAME_GAP, oddWidth, PAD } from "../src/graph/face";
import { roughMeasure, TYPE } from "../src/graph/measure";
import { showValue, sizeOfShown, TABLE_ROW } from "../src/graph/shown";
import { en } from "../src/i18n/en";
import { TRACES, trace } from "./golden";
import { runsOf } from "./runs";

const LONG = "encoder.layers.0.self_attn.in_proj_weight";

describe.each(TRACES)("cards of %s", (name) => {
  const run = openRun(trace(name));
  const cards = fullGraph(run).cards.filter(({ kind }) => kind !== "folded");

  it.each(["w", LONG])("have every table whole inside, beside or below a name like %s", (given) => {
    for (const card of cards) {
      const named = { ...card, name: given };
      const face = faceOf(run, named, en, roughMeasure);
      const beside = face.nameHeight === 0 ? roughMeasure(given, TYPE.name) + NAME_GAP : 0;
      for (let version = 0; card.tensor !== null; version++) {
        const numbers = run.numbers(card.tensor, version);
        if (!numbers) break;
        const shown = showValue(numbers);
        const size = sizeOfShown(shown, roughMeasure);
        expect(face.height).toBeGreaterThanOrEqual(BAND + face.nameHeight + size.height);
        if (shown.kind !== "table") continue;
        const width = beside + size.width + oddWidth(shown.odd, en, roughMeasure);
        expect(face.width - 2 * PAD).toBeGreaterThanOrEqual(width);
      }
    }
  });
});

describe("a leaf that is used several times", () => {
  const widthOf = (source: string) => {
    const run = runsOf({ it: [source] }).get("it");
    const leaf = run && fullGraph(run).cards.find(({ kind }) => kind === "leaf");
    if (!leaf) throw new Error("it made no leaf");
    return faceOf(run, leaf, en, roughMeasure).width;
  };
  const USED = "import torch\nx = torch.tensor([1., 2.], requires_grad=True)\n";

  it("has room for all that arrives at it", () => {
    const arriving = roughMeasure(en.seeing.arriving("[1, 2] + [1, 2]"), TYPE.note);
    expect(widthOf(`${USED}(x * x).sum().backward()\n`)).toBeGreaterThanOrEqual(arriving + 2 * PAD);
  });

  it("is no wider where so much arrives that no card could say it", () => {
    const once = widthOf(`${USED}(x * 8).sum().backward()\n`);
    expect(widthOf(`${USED}sum(x * 1. for _ in range(8)).sum().backward()\n`)).toBe(once);
  });
});

describe("a gradient of few numbers", () => {
  const matrix = (...data: number[]) => ({
    shape: [2, data.length / 2],
    dtype: "float32",
    data,
    truncated: false,
    summary: null,
  });

  it("stands on a line where that is read at a glance, else as a matrix", () => {
    const short = matrix(1, 2, 3, 4);
    expect(gradientText(short)).toBe("[[1, 2], [3, 4]]");
    expect(gradientTable(short)).toEqual([]);
    const long = matrix(1.1667, 1.6667, 3.6667, 4.1667, 4.6667, 6.6667);
    expect(gradientText(long)).toBe("[2, 3] ±6.67");
    expect(gradientTable(long)).toEqual([
      ["1.1667", "1.6667", "3.6667"],
      ["4.1667", "4.6667", "6.6667"],
    ]);
  });

  it("has room as a matrix on each card that it comes to", () => {
    const source =
      "import torch\nx = torch.ones(2, 3, requires_grad=True)\ny = x * x\n(y / 7).sin().sum().backward()\n";
    const run = runsOf({ it: [source] }).get("it");
    if (!run) throw new Error("it did not run");
    const faces = fullGraph(run).cards.map(
      (card) => [card.name, faceOf(run, card, en, roughMeasure)] as const,
    );
    for (const name of ["x", "y"])
      expect(faces.find(([own]) => own === name)?.[1].noteHeight).toBeGreaterThanOrEqual(2 * TABLE_ROW);
  });
});
