/** Why is this gradient None, zero, NaN, infinite, this large or this small? A walk back through what the trace holds. */

import { nameOf } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import type { Run } from "../run";
import { numbersOf } from "../values";
import { type Gradient, gradientAt, hasNaN, isWild, isZero, largest } from "./gradient";
import { whyNone } from "./none";
import { whySize, whyThis } from "./size";
import type { Answer, Verdict, Why } from "./types";
import { tellForward, whyWild, wildBefore } from "./wild";
import { whyPartlyZero, whyZero } from "./zero";

export type { Answer, Verdict } from "./types";

/** A gradient this many times what the pass began with is large, its inverse small. */
const MUCH = 100;

/** The most sentences of an answer. */
const MOST = 3;

/** The answer for a tensor after k events. */
export function whyGradient(run: Run, tensor: number, k: number): Answer {
  const gradient = gradientAt(run, tensor, k);
  if (!gradient) return { verdict: "none", said: [...whyValue(run, tensor, k), ...whyNone(run, tensor, k)] };
  const verdict = judge(gradient);
  const said = [...isKept(run, gradient), ...explain(run, gradient, verdict)].slice(0, MOST);
  return { verdict, said: said.length ? said : [tell("noReason", { name: nameOf(run, tensor, k) })] };
}

function judge({ numbers }: Gradient): Verdict {
  const data = numbers.data.map(Number);
  if (data.length === 0) return "plain";
  if (hasNaN(data)) return "nan";
  if (isWild(data)) return "infinite";
  if (isZero(data)) return "zero";
  const size = largest(data);
  if (size >= MUCH) return "large";
  if (size <= 1 / MUCH) return "small";
  return data.includes(0) ? "part" : "plain";
}

function explain(run: Run, gradient: Gradient, verdict: Verdict): Why[] {
  switch (verdict) {
    case "nan":
    case "infinite":
      return whyWild(run, gradient);
    case "zero":
      return whyZero(run, gradient);
    case "part": {
      const part = whyPartlyZero(run, gradient);
      return part.length ? part : whyThis(run, gradient);
    }
    case "large":
    case "small":
      return [...whySize(run, gradient, verdict === "large"), ...whyThis(run, gradient).slice(0, 1)];
    default:
      return whyThis(run, gradient);
  }
}

/** A result's gradient is on its way; only leaves keep theirs. */
function isKept(run: Run, { tensor, kind, k }: Gradient): Why[] {
  return kind === "passing" ? [tell("passing", { name: nameOf(run, tensor, k) })] : [];
}

/** A value that is not finite, by the first op that made one. */
function whyValue(run: Run, tensor: number, k: number): Why[] {
  const { op, storage } = at(run.trace.tensors, tensor);
  const value = run.storageAt(storage, k)?.value ?? null;
  if (op === null || value === null || !isWild(numbersOf(run.trace, value, tensor).data.map(Number)))
    return [];
  const source = wildBefore(run, op);
  return source === null ? [] : [tellForward(run, source)];
}
