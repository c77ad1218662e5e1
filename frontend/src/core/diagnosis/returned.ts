/** Hooks that give back what is no gradient, or another number of them. */

import { tensorPlace } from "../explain/places";
import { tell } from "../explain/said";
import { at } from "../lists";
import { type FailedCall, sized } from "./failed-call";
import { sideBySide } from "./fit";
import type { Explained, Kind } from "./kind";

export const RETURNED: readonly Kind[] = [
  { says: /^hook '(.*)' has changed the size of value/, explain: resized },
  { says: /^expected (Variable|tuple), but hook returned '(\w+)'/, explain: ofAnotherType },
  {
    says: /^hook '(.*)' has returned an incorrect number of values \(got (\d+), but expected (\d+)\)/,
    explain: miscounted,
  },
];

/** The tensor whose gradient the hook was shown. */
function hooked({ run, node }: FailedCall): number | null {
  return node === null ? null : run.tensorOfNode(node);
}

function resized(call: FailedCall, [, hook = ""]: string[]): Explained | null {
  const tensor = hooked(call);
  if (tensor === null || call.tensor === null) return null;
  const [was, given] = [tensor, call.tensor].map((each) => at(call.run.trace.tensors, each).shape);
  const name = tensorPlace(call.run, tensor, call.event);
  return {
    happened: [call.tell("hookResized", { hook, name, was: sized(was ?? []), given: sized(given ?? []) })],
    meaning: "meansHookResult",
    fit: sideBySide(
      [
        { name, shape: was ?? [] },
        { name: hook, shape: given ?? [] },
      ],
      () => false,
    ),
    marks: [{ tensor, role: "cause", label: tell("markHooked", { shape: sized(given ?? []) }) }],
  };
}

function ofAnotherType(call: FailedCall, [, wanted = "", type = ""]: string[]): Explained | null {
  const tensor = hooked(call);
  if (tensor === null) return null;
  return {
    happened: [
      call.tell(wanted === "tuple" ? "hookNoTuple" : "hookNoTensor", {
        name: tensorPlace(call.run, tensor, call.event),
        type,
      }),
    ],
    meaning: "meansHookResult",
    marks: [{ tensor, role: "cause", label: tell("markHookedType", { type }) }],
  };
}

function miscounted(call: FailedCall, [, hook = "", got = "", expected = ""]: string[]): Explained | null {
  if (call.node === null) return null;
  const { name, op } = at(call.run.trace.nodes, call.node);
  return {
    happened: [call.tell("hookCount", { hook, node: name, got, expected })],
    meaning: "meansNodeHook",
    marks: op === null ? [] : [{ op, role: "cause", label: tell("markHookCount", { got, expected }) }],
  };
}
