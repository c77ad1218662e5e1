/** An address carries a notebook and where one stood in it, and nothing that is not a notebook opens as one. */

import { describe, expect, it, vi } from "vitest";
import { LONGEST, NO_HAND, type Place, readLink, writeLink } from "../src/core/link";

const NOWHERE: Place = {
  lesson: null,
  notebook: null,
  step: null,
  grain: null,
  picture: null,
  language: null,
};
const notebook = (...sources: string[]) => ({
  title: "课.ipynb",
  cells: sources.map((source, at) => ({ source, executionCount: at ? at : null, note: "π & <b>" })),
});

describe("a link", () => {
  it("brings back the code to the letter, with step, grain, picture and language", async () => {
    const place: Place = {
      ...NOWHERE,
      notebook: notebook("x = 'é𝄞中'\n\ty", "", "a & b # c"),
      step: 12,
      grain: "op",
      picture: "backward",
      language: "zh",
    };
    expect(await readLink(`#${await writeLink(place)}`)).toEqual(place);
  });

  it("brings back what a hand selected, opened and folded", async () => {
    const hand = {
      varied: [
        [0, [1, -2.5e-7]],
        [7, [3]],
      ],
      card: "o12",
      opened: [3, 14],
      folded: [2],
      components: [1],
      stretches: ["ro9"],
      loop: 0,
      asks: true,
      predicts: true,
      pane: "details",
    } as const;
    const place: Place = { ...NOWHERE, lesson: "kinks", step: 3, hand };
    expect(await readLink(`#${await writeLink(place)}`)).toEqual(place);
  });

  it("says nothing of a hand that did nothing, and passes over what no hand can have done", async () => {
    const place: Place = { ...NOWHERE, lesson: "kinks", step: 3 };
    expect(await writeLink({ ...place, hand: NO_HAND })).toBe("lesson=kinks&step=3");
    expect(
      await readLink("#lesson=kinks&step=3&open=a,,1.5&loop=&stretch=,&vary=:1;2:;3:1,x;4:1e999"),
    ).toEqual(place);
  });

  it("brings back the other code of two that are side by side, and what its run is called", async () => {
    const place: Place = {
      ...NOWHERE,
      notebook: notebook("u = y"),
      step: 4,
      beside: { cells: notebook("u = y.detach()").cells, as: "before" },
    };
    expect(await readLink(`#${await writeLink(place)}`)).toEqual(place);
  });

  it("is written again for another step without packing the code again", async () => {
    let packed = 0;
    class Counted extends CompressionStream {
      constructor(format: CompressionFormat) {
        super(format);
        packed += 1;
      }
    }
    vi.stubGlobal("CompressionStream", Counted);
    const place: Place = { ...NOWHERE, notebook: notebook("only the step is another") };
    const links = [await writeLink({ ...place, step: 1 }), await writeLink({ ...place, step: 2 })];
    vi.unstubAllGlobals();
    expect(packed).toBe(1);
    expect(links.map((link) => link?.match(/step=\d/)?.[0])).toEqual(["step=1", "step=2"]);
    expect(await readLink(`#${links[1]}`)).toEqual({ ...place, step: 2 });
  });

  it("names a pair of the gallery by its id and carries no code then", async () => {
    const place: Place = { ...NOWHERE, step: 3, beside: { pair: "detach" } };
    expect(await writeLink({ ...place, notebook: notebook("x") })).toBe("pair=detach&step=3");
    expect(await readLink("#pair=detach&step=3")).toEqual(place);
  });

  it("names a lesson by its id and carries no code then", async () => {
    const fragment = await writeLink({ ...NOWHERE, lesson: "kinks", notebook: notebook("x"), step: 3 });
    expect(fragment).toBe("lesson=kinks&step=3");
    expect(await readLink(fragment ?? "")).toEqual({ ...NOWHERE, lesson: "kinks", step: 3 });
  });

  it("is short: a page of code repeats itself", async () => {
    const code = "x = torch.arange(4.0, requires_grad=True)\n".repeat(40);
    expect((await writeLink({ ...NOWHERE, notebook: notebook(code) }))?.length).toBeLessThan(400);
  });

  it("is none where the code is too long for an address", async () => {
    let seed = 1;
    const digit = () => {
      seed = (seed * 48271) % 2147483647;
      return (seed % 36).toString(36);
    };
    const noise = Array.from({ length: 2 * LONGEST }, digit).join("");
    const link = await writeLink({ ...NOWHERE, notebook: notebook(noise) });
    expect(link === null).toBe(true);
  });

  it.each(["", "#", "#steps", "#code=", "#code=!!", "#code=AAAA", "#step=3"])(
    "%j opens nothing",
    async (fragment) => {
      expect(await readLink(fragment)).toBeNull();
    },
  );

  it("that would unpack to more than a notebook opens nothing", async () => {
    const fragment = await writeLink({ ...NOWHERE, notebook: notebook(" ".repeat(3 << 20)) });
    expect(await readLink(fragment ?? "")).toBeNull();
  });
});
