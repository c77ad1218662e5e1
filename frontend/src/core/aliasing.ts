/** Which tensors share their numbers, or have them overwritten: the mark that their cards carry. */

import { fullGraph } from "./cards";
import { at, push } from "./lists";
import type { Run } from "./run";

export interface StorageMark {
  /** The same on every card whose tensor lives in this storage: A, B, ...; null where one tensor has it alone. */
  readonly letter: string | null;
}

const marks = new WeakMap<Run, Map<number, StorageMark>>();

/** The mark of a tensor's storage; null where there is nothing to tell: one tensor, never written in place. */
export function storageMark(run: Run, tensor: number | null): StorageMark | null {
  if (tensor === null) return null;
  return marksOf(run).get(at(run.trace.tensors, tensor).storage) ?? null;
}

function marksOf(run: Run): Map<number, StorageMark> {
  const known = marks.get(run);
  if (known) return known;
  const owners = new Map<number, number[]>();
  for (const tensor of fullGraph(run).cardsOfTensor.keys())
    push(owners, at(run.trace.tensors, tensor).storage, tensor);
  const written = new Set(
    run.trace.events.flatMap((event) => (event.kind === "write" ? [event.storage] : [])),
  );
  const made = new Map<number, StorageMark>();
  let shared = 0;
  for (const [storage, tensors] of owners) {
    if (tensors.length > 1) made.set(storage, { letter: letterOf(shared++) });
    else if (written.has(storage)) made.set(storage, { letter: null });
  }
  marks.set(run, made);
  return made;
}

/** A to Z, then AA to AZ and on. */
function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}
