/** Why a VJP gives what it gives, for ops whose formula does not show it by itself. */

import { formatBriefly } from "../format";
import { at } from "../lists";
import type { Run } from "../run";
import type { Sentence } from "../types";
import { NODES } from "./nodes";
import type { ReasonKey } from "./sentences.en";

/** Why the VJP of a node gives what it gives; null where its formula says so. */
export function reasonOf(run: Run, node: number): { key: ReasonKey; params: Sentence["params"] } | null {
  const { name, saved } = at(run.trace.nodes, node);
  const keptAs = (what: string) => saved.find((each) => each.name === what);
  if (/^NllLoss/.test(name)) {
    const reduction = REDUCTIONS[Number(keptAs("reduction")?.text)];
    const total = keptAs("total_weight");
    const numbers = total?.tensor == null ? null : run.numbers(total.tensor, total.version ?? 0);
    if (!reduction || (reduction === "lossMean" && !numbers)) return null;
    const isWeighted = reduction === "lossMean" && keptAs("weight")?.text !== "None";
    const n = numbers ? formatBriefly(numbers) : "";
    const isOfOne = reduction === "lossMean" && n === "1";
    return { key: isWeighted ? "lossWeighted" : isOfOne ? "lossOne" : reduction, params: { n } };
  }
  if (/^NativeBatchNormBackward/.test(name))
    return { key: keptAs("training")?.text === "False" ? "normFixed" : "normBatch", params: {} };
  const key = NODES.find(([names]) => names.test(name))?.[1];
  return key ? { key, params: {} } : null;
}

/** What PyTorch's losses do with those of their elements, as their nodes keep it. */
const REDUCTIONS: readonly (ReasonKey | null)[] = [null, "lossMean", "lossSum"];

/** The reason in the words of a language. */
export function reasonText(run: Run, node: number, templates: Record<ReasonKey, string>): string {
  const found = reasonOf(run, node);
  return found
    ? templates[found.key].replace(/\{(\w+)\}/g, (_, hole: string) => found.params[hole] ?? "")
    : "";
}
