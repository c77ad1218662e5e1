/** Runs of code, as the engine records them now. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openRun, type Run } from "../src/core/run";
import type { Trace } from "../src/schema/trace";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const python =
  [".venv/bin/python", ".venv/Scripts/python.exe"]
    .map((path) => root + path)
    .find((path) => existsSync(path)) ?? "python3";

export function record(args: string[], input: string): Map<string, Trace> {
  const out = execFileSync(python, ["scripts/lesson_traces.py", ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    input,
  });
  const lines = out.trimEnd().split("\n");
  return new Map(
    lines.map((line): [string, Trace] => {
      const tab = line.indexOf("\t");
      return [line.slice(0, tab), JSON.parse(line.slice(tab + 1)) as Trace];
    }),
  );
}

/** Runs notebooks, given as their cells' texts by name. */
export function runsOf(notebooks: Record<string, readonly string[]>): Map<string, Run> {
  const recorded = record(["-"], JSON.stringify(notebooks));
  return new Map([...recorded].map(([name, trace]) => [name, openRun(trace)]));
}
