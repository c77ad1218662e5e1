/**
 * What an embedded player and the page around it say to each other by `postMessage`, version 1.
 *
 * Every message is an object with `gradwalk: 1` and a `type`. What is unknown is passed over on both sides, so that later
 * versions may say more. The player says nothing of code or values: whoever frames it learns steps and states only.
 */

export const PROTOCOL = 1;

/** From the player. `ready`: it listens. `run`: a run is on view. `step`: another step is. `over`: the last step is. */
export type Told =
  | { readonly type: "ready" }
  | { readonly type: "run"; readonly steps: number; readonly status: string }
  | { readonly type: "step"; readonly step: number; readonly steps: number; readonly direction: string }
  | { readonly type: "over"; readonly steps: number }
  | { readonly type: "failed"; readonly reason: string };

/** To the player. `set` has the names and values of a fragment (`wishes.ts`); `open` has a trace document. */
export type Asked =
  | { readonly type: "go"; readonly step: number }
  | { readonly type: "play" }
  | { readonly type: "pause" }
  | { readonly type: "set"; readonly options: Readonly<Record<string, string>> }
  | { readonly type: "open"; readonly trace: unknown; readonly title: string };

export function written(message: Told): Told & { readonly gradwalk: typeof PROTOCOL } {
  return { gradwalk: PROTOCOL, ...message };
}

/** The message that some data is; null if it is none, or one that is not understood. */
export function readAsked(data: unknown): Asked | null {
  if (typeof data !== "object" || data === null) return null;
  const { gradwalk, type, step, options, trace, title } = data as Record<string, unknown>;
  if (gradwalk !== PROTOCOL) return null;
  if (type === "play" || type === "pause") return { type };
  if (type === "go") return typeof step === "number" && Number.isFinite(step) ? { type, step } : null;
  if (type === "open") return { type, trace, title: typeof title === "string" ? title : "" };
  if (type !== "set" || typeof options !== "object" || options === null) return null;
  const entries = Object.entries(options).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { type, options: Object.fromEntries(entries) };
}
