/** Hooks on what gets no gradient. */

import { causeOfCut } from "./cut";
import type { Kind } from "./kind";
import type { DiagnosisKey } from "./sentences.en";

export const HOOKS: readonly Kind[] = [
  {
    says: /^cannot register a hook on a tensor that doesn't require gradient/,
    explain: untracked("hookUntracked", "meansHook"),
  },
  {
    says: /^can't retain_grad on Tensor that has requires_grad=False/,
    explain: untracked("retainUntracked", "meansRetain"),
  },
];

function untracked(key: DiagnosisKey, meaning: DiagnosisKey): Kind["explain"] {
  return (call) => {
    const [x] = call.operands;
    if (!x) return null;
    const { happened, marks, fix } = causeOfCut(call.run, x.tensor, call.event);
    return { happened: [call.tell(key, { name: x.name }), ...happened], meaning, marks, fix };
  };
}
