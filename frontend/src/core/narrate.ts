/** One plain sentence for a step, made of what its events say: nothing is claimed that the trace does not hold. */

import type { Event } from "../schema/trace";
import { lineIn } from "./cells";
import { grouped } from "./format";
import { at } from "./lists";
import { messageText, nameOf, shorten, sourceOf, tensorText, valueText } from "./naming";
import {
  tellAccumulate,
  tellBackwardBegin,
  tellCapture,
  tellVjp,
  tellWholeBackward,
} from "./narrate-backward";
import { tellBranch } from "./narrate-branch";
import { tellOp } from "./narrate-op";
import type { Run } from "./run";
import { chain, say } from "./sentences";
import { tellStop } from "./stop";
import type { Sentence, Step } from "./types";

export { type Language, sentenceParts } from "./sentences";

type Of<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>;

export function narrate(run: Run, step: Step): Sentence {
  return chain(tell(run, step)) ?? say("cell");
}

function tell(run: Run, step: Step): Sentence[] {
  if (step.kind === "backward") return tellWholeBackward(run, step);
  const events = run.trace.events.slice(step.from, step.to);
  // What a step is about is its last event of that kind.
  const main =
    step.kind === "line" ? mainOfLine(run, events) : events.findLast(({ kind }) => kind === step.kind);
  if (!main) return [plainLine(run, step)];
  return about(run, step, main, step.from + events.lastIndexOf(main));
}

/** Of a whole line: what it did to a gradient, else what it computed, else what it named, else what it showed. */
function mainOfLine(run: Run, events: Event[]): Event | undefined {
  return (
    events.findLast(({ kind }) => kind === "grad_cleared" || kind === "requires_grad") ??
    events.findLast((event) => event.kind === "op" && at(run.trace.ops, event.op).outputs.length > 0) ??
    events.findLast((event) => event.kind === "bind" && event.tensor !== null) ??
    events.findLast(({ kind }) => kind === "output")
  );
}

function about(run: Run, step: Step, event: Event, index: number): Sentence[] {
  switch (event.kind) {
    case "op":
      return tellOp(run, step, event.op);
    case "bind":
      return [bind(run, step, event)];
    case "requires_grad":
      return [
        say(event.value ? "requiresGrad" : "requiresGradOff", { name: nameOf(run, event.tensor, step.to) }),
      ];
    case "branch":
      return [tellBranch(run, event, index)];
    case "output":
      return [output(run, step, event)];
    case "backward_begin":
      return tellBackwardBegin(run, step, event);
    case "vjp":
      return tellVjp(run, step, event, index);
    case "accumulate":
      return tellAccumulate(run, step, event, index);
    case "capture":
      return [tellCapture(run, step, event)];
    case "grad_cleared":
      return [gradCleared(run, step, event)];
    case "gap":
      return [say(event.full ? "full" : "gap", { count: grouped(event.full || event.lines) })];
    case "warning":
      return [say("warning", { message: messageText(event.message) })];
    case "error": {
      if (run.trace.outcome.status !== "error") return [say("stopped"), ...tellStop(run.trace)];
      const { type = "", message = "" } = run.trace.outcome.error ?? {};
      return [say("error", { type, message: messageText(message) })];
    }
    default:
      return [plainLine(run, step)];
  }
}

function plainLine(run: Run, step: Step): Sentence {
  const { span } = step;
  if (span === null) return say("cell");
  const code = sourceOf(run, span);
  const iteration = roundOf(run, step);
  if (iteration !== null)
    return iteration ? say("forRound", { code, iteration: String(iteration) }) : say("forEnd", { code });
  const { cell, line } = at(run.trace.spans, span);
  return say("line", { line: String(lineIn(run.trace.cells, cell, line)), code });
}

/** The round of a for loop that begins where the step is at its head, from 1; 0 where it ends; null elsewhere. */
function roundOf(run: Run, { from, to }: Step): number | null {
  const { events, scopes, outcome } = run.trace;
  const isLine = (event: Event): event is Of<"line"> => event.kind === "line";
  const head = events.slice(from, to).findLast(isLine);
  if (scopes[head?.scope ?? -1]?.kind !== "loop") return null;
  const next = events.slice(to).find(isLine);
  if (!next) return outcome.status === "ok" ? 0 : null;
  const round = run.scopePath(next.scope).find((scope) => scopes[scope]?.parent === head?.scope);
  return scopes[round ?? -1]?.index ?? 0;
}

function bind(run: Run, step: Step, { name, tensor, scope }: Of<"bind">): Sentence {
  if (tensor === null) return plainLine(run, step);
  // A name in a function that no statement of it has given: a parameter.
  if (scope !== null && !run.scopePath(step.scope).includes(scope)) {
    const call = at(run.trace.scopes, scope).label;
    return say("argument", { call, name, value: tensorText(run, tensor, step.to) });
  }
  const other = run.namesUntil(tensor, step.from).findLast((known) => known !== name);
  if (other !== undefined) return say("bindAlias", { name, other });
  return say("bind", { name, value: tensorText(run, tensor, step.to) });
}

function output(run: Run, step: Step, { cell, output, length }: Of<"output">): Sentence {
  const shown = run.cellAt(cell, step.from).outputs[output] ?? 0;
  const text = run.trace.cells[cell]?.outputs[output]?.text ?? "";
  return say("output", { text: shorten(text.slice(shown, length)) });
}

function gradCleared(run: Run, step: Step, { tensor, grad, result }: Of<"grad_cleared">): Sentence {
  const name = nameOf(run, tensor, step.to);
  if (grad === null || result === null) return say("gradNone", { name });
  return say("gradZero", { name, value: valueText(run, result, grad) });
}
