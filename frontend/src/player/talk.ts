/** An embedded player's side of the talk with the page around it. */
import { effect, signal } from "@preact/signals";
import { STANDALONE } from "../build";
import { type Asked, readAsked, type Told, written } from "../core/messages";
import { readWishes } from "../core/wishes";
import { aimed, beside, foldedThere } from "../state/beside";
import { isTrace, openGiven } from "../state/given";
import { runMarks } from "../state/marked";
import { count, goTo, playing, position, step } from "../state/player";
import { generation, phase, run } from "../state/run";
import { notice } from "../state/screen";
import { beginAt, begun, dressAs } from "./view";

/** There is nothing secret in what is told, so that whoever frames the player may hear it. */
function tell(message: Told): void {
  parent.postMessage(written(message), "*");
}

/** The step that was asked for before there was one to go to. */
const wanted = signal<number | null>(null);
/** What is told follows from what the page around has just asked for. */
let asked = false;

/** What happens in it was asked for from outside. */
export function heeding(act: () => void): void {
  const before = asked;
  asked = true;
  try {
    act();
  } finally {
    asked = before;
  }
}

/** Begins to tell and to listen; only the page around is listened to. */
export function talk(): void {
  if (parent === window) return;
  addEventListener("message", ({ source, data }) => {
    if (source === parent) heeding(() => heed(data));
  });
  let told = -1;
  effect(() => {
    if (run.value && generation.value !== told) {
      told = generation.value;
      tell({ type: "run", steps: count.value, status: run.value.trace.outcome.status });
    }
  });
  effect(() => {
    if (!run.value) return;
    const steps = count.value;
    const direction = step.value?.direction ?? "forward";
    tell({ type: "step", step: position.value, steps, direction, asked });
    if (position.value === steps) tell({ type: "over", steps });
  });
  effect(() => {
    if (phase.value.kind === "failed") tell({ type: "failed", reason: phase.value.failure.kind });
    else if (!STANDALONE && begun.value && notice.value !== null && !run.value)
      tell({ type: "failed", reason: "link" });
  });
  effect(() => {
    if (wanted.value === null || !begun.value || !run.value || phase.value.kind === "running") return;
    const step = wanted.value;
    wanted.value = null;
    playing.value = false;
    heeding(() => goTo(step));
  });
  tell({ type: "ready" });
}

function heed(data: unknown): void {
  const message = readAsked(data);
  if (message?.type === "go") wanted.value = message.step;
  else if (message?.type === "play") {
    if (position.value >= count.value) goTo(0);
    playing.value = count.value > 0;
  } else if (message?.type === "pause") playing.value = false;
  else if (message?.type === "set") {
    const wishes = readWishes(new URLSearchParams(message.options).toString());
    dressAs(wishes);
    beginAt(wishes);
  } else if (message?.type === "open") {
    if (isTrace(message.trace)) openGiven(message.trace, message.title);
    else tell({ type: "failed", reason: "schema" });
  } else if (!STANDALONE && message) together(message);
}

/** What one of two players is told. */
function together(message: Asked): void {
  if (message.type === "beside") beside.value = message.look;
  else if (message.type === "aim") aimed.value = message.aim;
  else if (message.type === "fold") foldedThere.value = message.folding;
  else if (message.type === "marks") runMarks.value = message.marks;
}
