/** Which branch of an `if` runs, and what was asked for it. */

import type { Event } from "../schema/trace";
import { sourceOf } from "./naming";
import type { Run } from "./run";
import { say } from "./sentences";
import type { Sentence } from "./types";

type Of<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>;

const isLine = (event: Event): event is Of<"line"> => event.kind === "line";

export function tellBranch(run: Run, event: Of<"branch">, index: number): Sentence {
  const { statement, span, scope, value } = event;
  const { events, scopes } = run.trace;
  const code = sourceOf(run, span);
  const around = scopes[scope ?? -1];
  if (statement !== "if")
    return say(`${statement}${value ? "True" : "False"}`, { code, iteration: String(around?.index ?? "") });
  // What is asked has a line of its own; what runs then has one within the statement, where anything does.
  const line = value
    ? events.slice(0, index).findLast((each) => isLine(each) && each.scope === scope)
    : events.slice(index + 1).find(isLine);
  const isWithin =
    line && isLine(line) && around?.kind === "branch" && run.scopePath(line.scope).includes(scope ?? -1);
  if (!isWithin && !value) return say("ifNone", { code });
  const head = isWithin ? sourceOf(run, line.span) : "";
  const isElif = /^elif\b/.test(head);
  if (isElif && !value) return say("ifElif", { code, next: head });
  return say("ifRuns", {
    code,
    value: value ? "True" : "False",
    branch: value ? (isElif ? "elif" : "if") : "else",
  });
}
