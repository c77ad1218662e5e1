/** Pan, zoom and folds of one of two pictures go along with the other's: each tells of its own, and is told. */
import { effect, untracked } from "@preact/signals";
import { type Aim, type Folding, type Told, written } from "../core/messages";
import { graphsOf } from "../core/pair/folds";
import { foldedThere } from "../state/beside";
import { camera, goAlong, handled, stage } from "../state/camera";
import { showLoop } from "../state/loop";
import { addToFocus, folding, setOpenToo } from "../state/opened";
import { scene, sceneRun, unrollToo } from "../state/scene";
import { holdThroughFold } from "../views/graph/direct";

/** So many cards are told: some of them may not be in the other picture. */
const MOST = 8;

function tell(message: Told): void {
  parent.postMessage(written(message), location.origin);
}

export function moveTogether(): void {
  let frame = 0;
  effect(() => {
    if (!handled.value) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const aim = presentAim();
      if (aim) tell({ type: "moved", aim });
    });
  });
}

function presentAim(): Aim | null {
  const [moved, drawn] = [handled.peek(), scene.peek()];
  if (!moved || !drawn) return null;
  const { x, y, k } = moved.smooth ? moved.to : camera.peek();
  const { width, height } = stage.peek();
  const far = (card: { x: number; y: number }) => Math.hypot(card.x - width / 2, card.y - height / 2);
  const cards = drawn.graph.cards
    .filter(({ kind }) => kind !== "folded")
    .flatMap(({ id }) => {
      const box = drawn.layout.nodes[id];
      return box ? [{ id, x: x + k * box.x, y: y + k * box.y }] : [];
    })
    .sort((one, other) => far(one) - far(other))
    .slice(0, MOST);
  return { k, cards, smooth: moved.smooth };
}

/** Looks as the other does, by the first of its cards that this picture has. */
export function lookAlong({ k, cards, smooth }: Aim): void {
  const nodes = scene.peek()?.layout.nodes ?? {};
  for (const { id, x, y } of cards) {
    const box = nodes[id];
    if (!box) continue;
    goAlong({ k, x: x - k * box.x, y: y - k * box.y }, smooth);
    return;
  }
}

export function foldTogether(): void {
  effect(() => {
    if (folding.value) tell({ type: "folded", folding: folding.value });
  });
  effect(() => {
    const there = foldedThere.value;
    if (there) untracked(() => foldAlong(there));
  });
}

function foldAlong(folding: Folding): void {
  if (folding.kind === "loop") showLoop(folding.isOpen ? (folding.scopes[0] ?? null) : null, false);
  else if ("scopes" in folding) foldScopes(folding.scopes, folding.isOpen);
  else openBeside(folding.kind, folding.ops);
}

/** What is opened or folded stays where it is here too. */
function foldScopes(scopes: readonly number[], isOpen: boolean): void {
  const drawn = scene.peek();
  const among = new Set(scopes);
  const group = drawn?.graph.groups.find((each) => among.has(each.scope));
  const card = drawn?.graph.cards.find(
    ({ fold }) =>
      (fold?.kind === "scope" && among.has(fold.scope)) ||
      (fold?.kind === "iterations" && fold.scopes.some((each) => among.has(each))),
  );
  const box = isOpen ? card && drawn?.layout.nodes[card.id] : group && drawn?.layout.groups[group.id];
  const ops = isOpen ? card?.ops : drawn?.graph.cards.find((each) => each.group === group?.id)?.ops;
  if (box && ops) holdThroughFold(ops, box);
  setOpenToo(scopes, isOpen);
}

function openBeside(kind: "cells" | "stretch", ops: readonly number[]): void {
  const [drawn, of] = [scene.peek(), sceneRun.peek()];
  if (!drawn || !of) return;
  const among = new Set(ops);
  const card = drawn.graph.cards.find(
    ({ fold, ops }) => fold?.kind === kind && ops.some((op) => among.has(op)),
  );
  const box = card && drawn.layout.nodes[card.id];
  if (box) holdThroughFold(card.ops, box);
  if (kind === "cells") addToFocus(graphsOf(of, ops));
  else unrollToo(ops);
}
