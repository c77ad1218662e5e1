/** The last runs, kept in the browser to be played where the server is out of reach: few, and none that is large. */
import type { RunRequest } from "../api";
import type { Trace } from "../schema/trace";

const CACHE = "gradwalk-runs";
const MOST = 24;
/** A longer run would cost more to write down than it is worth. */
const MOST_EVENTS = 20_000;

export async function keep(request: RunRequest, trace: Trace): Promise<void> {
  if (!("caches" in globalThis) || trace.events.length > MOST_EVENTS) return;
  try {
    const cache = await caches.open(CACHE);
    const address = await addressOf(request);
    // What is put anew goes to the end: the first is what was not seen for longest.
    await cache.delete(address);
    await cache.put(
      address,
      new Response(JSON.stringify(trace), { headers: { "content-type": "application/json" } }),
    );
    const all = await cache.keys();
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map((each) => cache.delete(each)));
  } catch {
    // No room, or none allowed: the run is on view all the same.
  }
}

export async function recall(request: RunRequest): Promise<Trace | null> {
  if (!("caches" in globalThis)) return null;
  try {
    const found = await (await caches.open(CACHE)).match(await addressOf(request));
    return found ? ((await found.json()) as Trace) : null;
  } catch {
    return null;
  }
}

/** A cache's keys are addresses; nothing is ever asked for at these. */
async function addressOf(request: RunRequest): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `./kept-run/${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
