import { describe, expect, it } from "vitest";
import { fullGraph } from "../src/core/cards";
import { openRun } from "../src/core/run";
import { BAND, faceOf, NAME_GAP, oddWidth, PAD } from "../src/graph/face";
import { roughMeasure, TYPE } from "../src/graph/measure";
import { showValue, sizeOfShown } from "../src/graph/shown";
import { en } from "../src/i18n/en";
import { TRACES, trace } from "./golden";

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
