/** What the camera does when the step, the scene or the room changes: as little as keeps the step in sight. */
import { effect, untracked } from "@preact/signals";
import { STANDALONE } from "../../build";
import type { Box, Card as CardData, Point, Size } from "../../core/types";
import { fittingZoom, isSeen, SMALLEST_READABLE, union } from "../../graph/camera";
import {
  camera,
  follow,
  foot,
  frameDrawing,
  goal,
  holdInPlace,
  isReadableWhole,
  jumps,
  stage,
} from "../../state/camera";
import { inspected } from "../../state/inspected";
import { step, timeline } from "../../state/player";
import { activeCards, roomAspect, type Scene, scene, states } from "../../state/scene";
import { picture, selected } from "../../state/screen";
import { textScale } from "../../state/settings";

/** What must stay where it is on the screen through the next change of the layout. */
let anchor: { ops: ReadonlySet<number>; at: Point } | null = null;

/** Called before a fold is opened or closed. `at` is a corner of what was clicked, in the units of the drawing. */
export function holdThroughFold(ops: Iterable<number>, at: Point): void {
  anchor = { ops: new Set(ops), at };
}

const drawingOf = (drawn: Scene): Box => ({
  x: 0,
  y: 0,
  width: drawn.layout.width,
  height: drawn.layout.height,
});

/** What of the drawing matters, and what of that must be seen if not all can be. */
interface Place {
  /** The card that it begins with. */
  readonly card: string | undefined;
  readonly all: Box;
  readonly first: Box;
}

/** The card that the camera went to last. */
let followedCard: string | undefined;

function followTo(drawn: Scene, here: Place | null): void {
  followedCard = here?.card;
  if (here) follow(here.all, here.first, drawingOf(drawn));
}

/** Where the step is: the active cards with what they are connected to, and as many of them alone as are seen together. */
function placeOfStep(drawn: Scene): Place | null {
  const boxes = activeCards.value.flatMap((id) => drawn.layout.nodes[id] ?? []);
  const active = union(boxes);
  const first = active && isTooLarge(active) ? boxes[0] : active;
  for (const edge of drawn.graph.edges) {
    if (states.value.edges.get(edge.id)?.state !== "active") continue;
    for (const end of [edge.source, edge.target])
      boxes.push(...(drawn.layout.nodes[end] ? [drawn.layout.nodes[end]] : []));
  }
  const all = union(boxes);
  return all && { card: activeCards.value[0], all, first: first ?? all };
}

/** What of a step is to be seen: all, or the first card alone if that is too much to be seen at once. */
function boxOfStep(drawn: Scene): Box | null {
  const place = placeOfStep(drawn);
  return place && (isTooLarge(place.all) ? place.first : place.all);
}

const isTooLarge = (box: Box) => fittingZoom(box, stage.peek()) < SMALLEST_READABLE;

/** Where a step that is about no card has left off: at the last card that was made. */
function placeBefore(drawn: Scene): Place | null {
  if (STANDALONE || selected.value !== null || !inspected.value) return null;
  const { id, node } = inspected.value.card;
  // In the other picture of a run its node has a card of its own.
  const other = drawn.graph.cards.find((card) => node !== null && card.node === node);
  const box = drawn.layout.nodes[id] ?? drawn.layout.nodes[other?.id ?? ""];
  return box ? { card: id, all: box, first: box } : null;
}

/** Where to look first: at the step, or if that is about no card where it left off, or at what will come first. */
function startOf(drawn: Scene): Box | null {
  const first = drawn.graph.cards.reduce<CardData | null>(
    (best, card) => (card.fold?.kind !== "cells" && (!best || card.born < best.born) ? card : best),
    null,
  );
  return boxOfStep(drawn) ?? placeBefore(drawn)?.all ?? (first && drawn.layout.nodes[first.id]) ?? null;
}

let shown: Scene | null = null;
let pictured = picture.peek();

/** Up to here the camera moves smoothly. */
const SMOOTH = 150;
/** A smaller change of the room than this is no reason to look from elsewhere. */
const RESIZED = 0.12;
let framedFor = { width: 1, height: 1, scale: 1 };
let lastRoom: Size = { width: 0, height: 0 };

/** Starts directing; gives the way to stop. */
export function direct(): () => void {
  const onScene = effect(() => {
    const drawn = scene.value;
    const ready = stage.value.width > 0;
    if (!drawn || !ready) return;
    untracked(() => {
      const before = shown;
      shown = drawn;
      jumps.value = drawn.graph.cards.length > SMOOTH;
      if (before === drawn) return;
      // The other picture of a run that was seen whole is seen whole too.
      const isOther = pictured !== picture.value;
      pictured = picture.value;
      const isWhole =
        !STANDALONE && isOther && before !== null && isSeen(camera.value, drawingOf(before), stage.value);
      if (anchor && before) place(drawn, anchor);
      else if (
        !before ||
        (!STANDALONE && isTurned(before, drawn)) ||
        isWhole ||
        // A step that is about no card would leave the other picture's camera where there is nothing.
        (isOther && !placeOfStep(drawn)) ||
        before.generation !== drawn.generation ||
        before.focus !== drawn.focus
      ) {
        // Another graph: what of it was in sight before says nothing about where to look now.
        frameDrawing(
          drawingOf(drawn),
          startOf(drawn),
          before !== null &&
            before.generation === drawn.generation &&
            (STANDALONE || !isTurned(before, drawn)),
        );
      } else {
        keepMoving(before, drawn);
      }
      anchor = null;
    });
  });
  let followed = "";
  const onStep = effect(() => {
    const current = step.value;
    const drawn = scene.value;
    const isShown = drawn && drawn === shown;
    const here = isShown ? (placeOfStep(drawn) ?? untracked(() => placeBefore(drawn))) : null;
    // Once for a step: from then on the person may look elsewhere, and open and close what they like.
    const which = `${drawn?.generation}:${timeline.value?.granularity}:${current?.from}`;
    if (!drawn || !here || which === followed) return;
    followed = which;
    untracked(() => followTo(drawn, here));
  });
  const onRoom = effect(() => {
    const { width, height } = stage.value;
    const scale = textScale.value;
    if (width === 0) return;
    // Coarse steps: a few pixels more are not worth another layout.
    roomAspect.value = Math.max(0.5, Math.round((2 * width) / height) / 2);
    untracked(() => {
      const change = Math.max(Math.abs(width / framedFor.width - 1), Math.abs(height / framedFor.height - 1));
      const before = lastRoom;
      lastRoom = { width, height };
      if (change < RESIZED && scale === framedFor.scale) {
        // A long sentence takes a little of the room: what was seen whole stays whole, and the step in sight.
        if (!shown) return;
        const here = placeOfStep(shown);
        if (isSeen(goal(), drawingOf(shown), before)) follow(drawingOf(shown));
        else if (here && isSeen(goal(), here.first, before)) followTo(shown, here);
        return;
      }
      framedFor = { width, height, scale };
      if (shown) frameDrawing(drawingOf(shown), startOf(shown), false);
    });
  });
  const onFoot = effect(() => {
    if (foot.value === 0) return;
    untracked(() => shown && followTo(shown, placeOfStep(shown)));
  });
  return () => {
    onFoot();
    onScene();
    onStep();
    onRoom();
    shown = null;
  };
}

/** Laid out the other way, for a room of another form: nothing is where it was. */
const isTurned = (before: Scene, drawn: Scene) => before.layout.direction !== drawn.layout.direction;

/** After a fold: the first of what was clicked stands where the click was. */
function place(drawn: Scene, held: { ops: ReadonlySet<number>; at: Point }): void {
  const card = drawn.graph.cards.find(({ ops }) => ops.some((op) => held.ops.has(op)));
  const group = card?.group ? drawn.layout.groups[card.group] : undefined;
  const box = card && !card.fold && group ? group : card && drawn.layout.nodes[card.id];
  if (box) holdInPlace(held.at, box);
}

/** The step opened another iteration: what is drawn in both stays, and what is drawn anew is brought into sight. */
function keepMoving(before: Scene, drawn: Scene): void {
  const mine = new Set(activeCards.value);
  const common = drawn.graph.cards.filter(({ id }) => before.layout.nodes[id] && drawn.layout.nodes[id]);
  const pivot =
    common.find(({ id }) => mine.has(id)) ?? common.find(({ kind }) => kind !== "folded") ?? common[0];
  const [from, to] = [pivot && before.layout.nodes[pivot.id], pivot && drawn.layout.nodes[pivot.id]];
  // A run that has only grown leaves the view as it is, but what was seen whole stays whole.
  const hasGrown = !STANDALONE && before.source !== drawn.source;
  const wasWhole = hasGrown && isSeen(camera.value, drawingOf(before), stage.value);
  if (from && to) holdInPlace(from, to);
  if (wasWhole && isReadableWhole(drawingOf(drawn))) frameDrawing(drawingOf(drawn), null, true);
  // What the step is about may not have been there yet when it was taken.
  const here = placeOfStep(drawn) ?? (STANDALONE ? null : placeBefore(drawn));
  if (!hasGrown || here?.card !== followedCard) followTo(drawn, here);
}

/** What is in sight, for culling; coarse, so that it changes seldom. */
export function coarseSight(step: number): Box {
  const { x, y, k } = camera.value;
  const { width, height } = stage.value;
  const snap = (value: number) => Math.floor(value / step) * step;
  const [left, top] = [snap(-x / k) - step, snap(-y / k) - step];
  return { x: left, y: top, width: width / k + 3 * step, height: height / k + 3 * step };
}
