/** Raw DEFLATE by the browser's own streams; where it has none, packed without being made smaller and unpacked by `inflate.ts`. */

/** Past this a small address is a bomb, not a notebook. */
const MOST_BYTES = 1 << 20;
/** A stored block says its size in 16 bits. */
const MOST_STORED = 0xffff;

export async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = streamOf("CompressionStream");
  return stream ? through(stream, bytes) : stored(bytes);
}

/** Throws what the stream throws, or RangeError. */
export async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = streamOf("DecompressionStream");
  return stream ? through(stream, bytes) : (await import("./inflate")).inflate(bytes, MOST_BYTES);
}

/** Null before Safari 16.4 and Firefox 113; Chrome had the streams before it knew this format. */
function streamOf(
  name: "CompressionStream" | "DecompressionStream",
): CompressionStream | DecompressionStream | null {
  try {
    return new globalThis[name]("deflate-raw");
  } catch {
    return null;
  }
}

/** Blocks of bytes as they are (RFC 1951, 3.2.4): whoever unpacks need not know the difference. */
function stored(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MOST_STORED) {
    const block = bytes.subarray(at, at + MOST_STORED);
    const size = block.length;
    out.push(at + size >= bytes.length ? 1 : 0);
    out.push(size & 255, size >> 8, ~size & 255, (~size >> 8) & 255);
    for (const byte of block) out.push(byte);
  }
  return Uint8Array.from(out);
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    size += next.value.length;
    if (size > MOST_BYTES) throw new RangeError("too large");
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
