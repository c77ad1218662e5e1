/** Under which keys cards, boxes and edges are drawn, so that a step that opens another iteration changes what is there. */
import { computed } from "@preact/signals";
import { STANDALONE } from "../../build";
import { type Drawing, handOn } from "../../core/hand-on";
import type { Card, GraphEdge, Group } from "../../core/types";
import { scene, sceneRun } from "../../state/scene";

export interface Keys {
  of: (cardOrGroup: string) => string | number;
  ofEdge: (edge: GraphEdge) => string;
}

/** A file that plays by itself is to be small, and its runs are short. */
const PLAIN: Keys = { of: (id) => id, ofEdge: ({ id }) => id };

let drawings: ReadonlyMap<string, Drawing> = new Map();
let generation = -1;

export const keys = /* @__PURE__ */ computed<Keys>(() => {
  const drawn = scene.value;
  if (STANDALONE || !drawn) return PLAIN;
  if (drawn.generation !== generation) drawings = new Map();
  generation = drawn.generation;
  const { cards, groups } = drawn.graph;
  const now = new Map([
    ...groups.map((group): [string, string] => [group.id, likeGroup(group)]),
    ...cards.map((card): [string, string] => [card.id, likeCard(card)]),
  ]);
  drawings = handOn(drawings, now);
  const given = drawings;
  const of = (id: string) => given.get(id)?.key ?? id;
  return { of, ofEdge: ({ source, target, slot, kind }) => `${of(source)}>${of(target)}:${slot}${kind}` };
});

/** An op of the same place in the program. */
function likeCard({ kind, fold, op, output, title }: Card): string {
  const span = op === null ? null : sceneRun.peek()?.trace.ops[op]?.span;
  return [kind, fold?.kind, span, output, fold ? "" : title].join(" ");
}

/** An iteration of the same loop. */
function likeGroup({ kind, loop, label }: Group): string {
  return [kind, loop ?? label].join(" ");
}
