/** A loss of targets in another shape than the predictions: no error, but each prediction meets every target. */

import { replaceSpan } from "../explain/edits";
import { asReceiver, callOf } from "../explain/expression";
import { codePlace, lineText } from "../explain/places";
import { tell } from "../explain/said";
import type { Run } from "../run";
import { count } from "../values";
import { overlaid } from "./fit";
import type { Diagnosis, Fix } from "./types";

const WARNING = {
  says: /^Using a target size \(torch\.Size\(\[(.*?)\]\)\) that is different to the input size \(torch\.Size\(\[(.*?)\]\)\)/,
};

export function diagnoseTarget(run: Run, event: number): Diagnosis | null {
  const warning = run.trace.events[event];
  if (warning?.kind !== "warning" || warning.span === null) return null;
  const { message, span } = warning;
  const [, wanted, given] = WARNING.says.exec(message) ?? [];
  if (wanted === undefined || given === undefined) return null;
  const [target, input] = [wanted, given].map((text) => text.split(", ").filter(Boolean).map(Number));
  const met = target && input && together(input, target);
  if (!met) return null;
  const call = callOf(run.source(span));
  const by = (name: string, place: number) =>
    call?.args.find((each) => each.name === name)?.value ?? call?.args[place]?.value;
  const [predicted, answer] = [by("input", 0), by("target", 1)];
  const names = [predicted?.text ?? "input", answer?.text ?? "target"] as const;
  const holes = { a: names[0], b: names[1], left: `[${given}]`, right: `[${wanted}]` };
  let fix: Fix | null = null;
  if (call && predicted && answer && count(input) === count(target)) {
    const code = run.source(span);
    const text = `${asReceiver(answer.text)}.reshape_as(${predicted.text})`;
    const better = code.slice(0, answer.from) + text + code.slice(answer.to);
    fix = { label: tell("fixUse", { text }), edits: [replaceSpan(run, span, better)] };
  }
  return {
    event,
    isError: false,
    happened: [
      tell("targetMeets", {
        code: codePlace(run, span, event),
        ...lineText(run, span),
        ...holes,
        shape: `[${met.join(", ")}]`,
        count: String(count(met)),
      }),
    ],
    meaning: tell("meansTargetMeets"),
    fit: overlaid([
      { name: names[0], shape: input },
      { name: names[1], shape: target },
      { name: `${names[0]} - ${names[1]}`, shape: met },
    ]),
    marks: [
      [names[0], given],
      [names[1], wanted],
    ].flatMap(([name, shape]) => {
      const tensor = run.variablesAt(event).find((variable) => variable.name === name)?.tensor;
      const label = tell("markShape", { shape: `[${shape}]` });
      return tensor === undefined ? [] : [{ tensor, role: "cause" as const, label }];
    }),
    fix,
  };
}

/** The shape that two give when they are laid over each other; null if they do not fit. */
function together(a: readonly number[], b: readonly number[]): number[] | null {
  const width = Math.max(a.length, b.length);
  const sizes = Array.from(
    { length: width },
    (_, i) => [a.at(i - width) ?? 1, b.at(i - width) ?? 1] as const,
  );
  const fits = sizes.every(([left, right]) => left === right || left === 1 || right === 1);
  return fits ? sizes.map(([left, right]) => (left === 1 ? right : left)) : null;
}
