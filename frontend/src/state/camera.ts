/** The camera of the graph, and its movements: smooth where the person likes that, and never without need. */
import { computed, signal } from "@preact/signals";
import { STANDALONE } from "../build";
import type { Box, Point, Size } from "../core/types";
import {
  between,
  bringIntoSight,
  type Camera,
  fitted,
  fittingZoom,
  followed,
  keepInPlace,
  patientZoom,
  SMALLEST_READABLE,
  withNeed,
  withoutWaste,
  zoomAbout,
} from "../graph/camera";
import { side } from "./beside";
import { presenting, wantsStillness } from "./screen";
import { textScale } from "./settings";

export const camera = signal<Camera>({ x: 0, y: 0, k: 1 });
export const stage = signal<Size>({ width: 0, height: 0 });
export const cameraTransform = computed(() => {
  const { x, y, k } = camera.value;
  return `translate(${x} ${y}) scale(${k})`;
});

/** Set where the drawing is so large that moving it smoothly would stutter. */
export const jumps = signal(false);

const DURATION = 280;
/** How much larger than drawn all is to be: as the person wants it, and where there are more pixels than on a desk, or a wall. */
const enlarged = ({ width }: Size) => textScale.value * Math.max(1, width / (presenting.value ? 1350 : 2000));

/** Below this the cards cannot be read: a larger graph is followed, not fitted. What counts is the size on the wall, and a
 * small window is shown as large as a large one. */
function readableZoom(room: Size): number {
  // One of two pictures is compared with the other: all of it is worth more than its size.
  const least = STANDALONE || side.value === null ? 0.6 : 0.5;
  return enlarged(room) * Math.min(0.8, Math.max(least, room.width / (presenting.value ? 1200 : 1300)));
}

/** Larger than this a small graph looks like a poster; on a wall it may. */
const largestZoom = (room: Size) => enlarged(room) * (presenting.value ? 2 : 1.5);

/** The zoom that was chosen last, by framing or by hand. What is followed may need less for a while. */
let chosen = 1;
/** How close the camera could have come in the last movements that followed steps. */
let needs: readonly number[] = [];

let frame = 0;
let target: Camera | null = null;

/** Where the camera came to rest by itself; what the hand does to it is not followed. Labels are placed for this view. */
export const resting = signal<Camera>(camera.value);

/** Where a hand has moved the camera last, for who goes along. */
export const handled = signal<{ readonly to: Camera; readonly smooth: boolean } | null>(null);

export function moveCamera(to: Camera, smooth: boolean, byHand = false): void {
  if (byHand) handled.value = { to, smooth };
  cancelAnimationFrame(frame);
  target = null;
  const from = camera.value;
  if (!smooth || jumps.value || wantsStillness() || document.hidden) {
    camera.value = to;
    if (!byHand) resting.value = to;
    return;
  }
  target = to;
  const start = performance.now();
  const tick = (now: number) => {
    const t = Math.min(1, Math.max(0, (now - start) / DURATION));
    camera.value = t === 1 ? to : between(from, to, 1 - (1 - t) ** 3);
    if (t < 1) {
      frame = requestAnimationFrame(tick);
    } else {
      target = null;
      resting.value = to;
    }
  };
  frame = requestAnimationFrame(tick);
}

/** Where the camera is going, or is. */
export const goal = (): Camera => target ?? camera.value;

function choose(to: Camera, smooth: boolean, byHand = false): void {
  chosen = to.k;
  needs = [];
  moveCamera(to, smooth, byHand);
}

/** How large the tools are over the picture's corner, and how far from its edges, in pixels. */
export const tools = signal<Size>({ width: 0, height: 0 });
const TOOLS_INSET = 12;
/** What of the drawing the tools cover where the camera rests: no label is put there. */
export const covered = computed<Box>(() => {
  const { x, y, k } = resting.value;
  const { width, height } = tools.value;
  return {
    x: (stage.value.width - TOOLS_INSET - width - x) / k,
    y: (stage.value.height - TOOLS_INSET - height - y) / k,
    width: width / k,
    height: height / k,
  };
});

/** The tools stand below the picture that is fitted or followed, not on it: where they are in a corner of it, about so much is left for
 * them, and where they take most of its width, all that they need. */
const TOOLS = 36;
const footOfTools = (): number =>
  tools.value.width > stage.value.width / 2 ? tools.value.height + TOOLS_INSET : TOOLS;
/** What stands over the foot of the picture for a while takes of its room, too. */
export const foot = signal(0);
const clear = (): Size => ({
  ...stage.value,
  height: stage.value.height - Math.max(footOfTools(), Math.min(foot.value, stage.value.height / 2)),
});

/** Files that play by themselves have no room for this. */
const settled = STANDALONE ? (to: Camera, _: Box, __: Size) => to : withoutWaste;

/** Whether all of a drawing can be read at once. */
export function isReadableWhole(all: Box): boolean {
  const room = clear();
  return fittingZoom(all, room) >= readableZoom(room);
}

/** All of the drawing if it can be read like that, else what matters at a readable size. */
export function frameDrawing(all: Box, matters: Box | null, smooth: boolean): void {
  const room = clear();
  if (room.width === 0) return;
  const readable = readableZoom(room);
  if (isReadableWhole(all) || !matters) {
    choose(fitted(all, room, largestZoom(room)), smooth);
    return;
  }
  const k = Math.min(enlarged(room), Math.max(readable, fittingZoom(matters, room)));
  choose(settled(bringIntoSight(fitted(matters, room, k), matters, room), all, room), smooth);
}

export function fitDrawing(all: Box): void {
  const room = clear();
  choose(fitted(all, room, largestZoom(room)), true);
}

/**
 * Brings a box into sight with as little movement as that takes. `first` is what of it must be seen if not all can be; `drawing`
 * is all that there is.
 */
export function follow(box: Box, first: Box = box, drawing: Box | null = null): void {
  const room = clear();
  const from = goal();
  const least = SMALLEST_READABLE * enlarged(room);
  needs = withNeed(needs, Math.max(least, fittingZoom(box, room)));
  const to = followed(from, box, first, room, { least, most: patientZoom(chosen, needs) });
  if (to.k === from.k && to.x === from.x && to.y === from.y) return;
  moveCamera(drawing ? settled(to, drawing, room) : to, true);
}

export function zoom(factor: number, at?: Point): void {
  const { width, height } = stage.value;
  const to = zoomAbout(at ? camera.value : goal(), at ?? { x: width / 2, y: height / 2 }, factor);
  choose(to, !at, at !== undefined);
  if (!at) handled.value = { to, smooth: true };
}

export function pan(dx: number, dy: number): void {
  const { x, y, k } = camera.value;
  moveCamera({ x: x + dx, y: y + dy, k }, false, true);
}

/** Goes along with another camera, which a hand has moved. */
export function goAlong(to: Camera, smooth: boolean): void {
  chosen = to.k;
  if (smooth) moveCamera(to, true);
  else {
    cancelAnimationFrame(frame);
    target = null;
    camera.value = to;
  }
}

/** What was at `from` is at `to` in a new layout: on the screen it stays. */
export function holdInPlace(from: Point, to: Point): void {
  moveCamera(keepInPlace(camera.value, from, to), false);
}
