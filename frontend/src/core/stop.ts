/** Why a run was stopped, where, and how much of it is not on record, as sentences for every language. */

import type { Stop, Trace } from "../schema/trace";
import { cellName, lineIn } from "./cells";
import { grouped } from "./format";
import { say } from "./sentences";
import type { SentenceKey } from "./sentences.en";
import type { Sentence } from "./types";

const REASONS: Record<Stop["reason"], SentenceKey> = {
  cpu: "stopCpu",
  wall: "stopWall",
  memory: "stopMemory",
  record: "stopRecord",
  forbidden: "stopForbidden",
  crash: "stopCrash",
  killed: "stopKilled",
  exit: "stopExit",
  unfinished: "stopUnfinished",
  restart: "stopRestart",
  nonsense: "stopNonsense",
  silence: "stopSilence",
  cancelled: "stopCancelled",
};
const MEBIBYTE = 1 << 20;

/** Nothing for a run that came to its own end, and is on record until there. */
export function tellStop({ outcome, events, cells, ops }: Trace): Sentence[] {
  const isFull = events.some((event) => event.kind === "gap" && event.full);
  if (outcome.status === "ok" && isFull) return [say("full", { count: grouped(ops.length) })];
  if (outcome.status === "ok" || outcome.status === "error") return [];
  const { stop } = outcome;
  if (!stop) return [say("stopOther", { message: outcome.message })];
  const { reason, limit, signal, exit_status, cell, line, loop, iteration } = stop;
  const inSeconds = reason === "cpu" || reason === "wall";
  const told = [
    say(REASONS[reason], {
      limit: limit === null ? "" : inSeconds ? limit.toFixed(1) : grouped(limit),
      size: grouped((limit ?? 0) / MEBIBYTE),
      signal: signal ?? "",
      status: String(exit_status ?? ""),
    }),
  ];
  if (line !== null) {
    told.push(say("stopLine", { line: String(lineIn(cells, cell ?? -1, line)) }));
    if (cell !== null && cells.length > 1) told.push(say("stopCell", { cell: cellName(cells, cell) }));
    if (loop !== null && iteration !== null)
      told.push(say("stopLoop", { loop, iteration: grouped(iteration) }));
  }
  told.push(say("stopEnd"));
  const between = events.reduce((sum, event) => sum + (event.kind === "gap" ? event.lines : 0), 0);
  if (between) told.push(say("stopBetween", { count: grouped(between) }));
  return told;
}
