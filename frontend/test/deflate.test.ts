/** What is packed here is unpacked anywhere, and the other way round, with the browser's streams and without. */

import { randomBytes } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pack, unpack } from "../src/core/deflate";
import { inflate } from "../src/core/inflate";

const MOST = 1 << 20;
const code = "x = torch.arange(4.0, requires_grad=True)  # 求导 π\n";
const TEXTS: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
  ["nothing", new Uint8Array()],
  ["one byte", Uint8Array.of(0)],
  ["code", new TextEncoder().encode(code)],
  ["code many times over", new TextEncoder().encode(code.repeat(3000))],
  ["one letter for long", new Uint8Array(70_000).fill(97)],
  ["noise", Uint8Array.from(randomBytes(140_000))],
];

describe.each(TEXTS)("%s", (_name, bytes) => {
  it.each([
    ["as it is", { level: 0 }],
    ["in the fixed code", { strategy: constants.Z_FIXED }],
    ["without references", { strategy: constants.Z_HUFFMAN_ONLY }],
    ["as small as can be", { level: 9 }],
  ])("is unpacked where zlib wrote it %s", (_how, options) => {
    expect(Buffer.compare(inflate(deflateRawSync(bytes, options), MOST), bytes)).toBe(0);
  });

  describe("in a browser without the streams", () => {
    beforeEach(() => {
      vi.stubGlobal("CompressionStream", undefined);
      vi.stubGlobal("DecompressionStream", undefined);
    });
    afterEach(() => vi.unstubAllGlobals());

    it("is packed so that zlib unpacks it, and unpacked again", async () => {
      const packed = await pack(bytes);
      expect(Buffer.compare(inflateRawSync(packed), bytes)).toBe(0);
      expect(Buffer.compare(await unpack(packed), bytes)).toBe(0);
    });
  });
});

describe("what is no compressed text", () => {
  it("is refused, and so is what would be too large", () => {
    expect(() => inflate(new Uint8Array(), MOST)).toThrow(RangeError);
    expect(() => inflate(Uint8Array.of(7), MOST)).toThrow(RangeError);
    expect(() => inflate(Uint8Array.of(1, 4, 0, 0, 0), MOST)).toThrow(RangeError);
    const packed = deflateRawSync(new TextEncoder().encode(code.repeat(50)));
    expect(() => inflate(packed.subarray(0, packed.length - 3), MOST)).toThrow(RangeError);
    expect(() => inflate(packed, 100)).toThrow("too large");
  });

  it("never hangs and never throws anything else", () => {
    for (let k = 0; k < 2000; k++) {
      const noise = Uint8Array.from(randomBytes(1 + (k % 60)));
      try {
        inflate(noise, 10_000);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});
