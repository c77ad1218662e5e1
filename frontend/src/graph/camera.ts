/** Where the graph is looked at from: fitting, zooming about a point, and moving no more than is needed. Pure. */
import type { Box, Point, Size } from "../core/types";

/** A point of the drawing is seen at `(x, y) + k * point`. */
export interface Camera extends Point {
  readonly k: number;
}

const MIN_ZOOM = 0.08;
export const MAX_ZOOM = 4;
/** Free space around what is fitted or followed, in pixels. */
export const MARGIN = 28;
/** Zoomed out further than this, a step is not shown any more but only where it is. */
export const SMALLEST_READABLE = 0.72;
/** A phone has no room to spare beside the cards. */
const marginOf = ({ width }: Size) => Math.min(MARGIN, width / 28);

/** The whole box, centred, as large as it goes up to `most`. */
export function fitted(box: Box, stage: Size, most: number): Camera {
  const k = clampZoom(Math.min(most, fittingZoom(box, stage)));
  return {
    k,
    x: stage.width / 2 - k * (box.x + box.width / 2),
    y: stage.height / 2 - k * (box.y + box.height / 2),
  };
}

export function fittingZoom(box: Box, stage: Size): number {
  const room = 2 * marginOf(stage);
  return Math.min(
    (stage.width - room) / Math.max(box.width, 1),
    (stage.height - room) / Math.max(box.height, 1),
  );
}

/** Zooms so that the point under `at` (in pixels) stays under it. */
export function zoomAbout(camera: Camera, at: Point, factor: number): Camera {
  const k = clampZoom(camera.k * factor);
  const ratio = k / camera.k;
  return { k, x: at.x - ratio * (at.x - camera.x), y: at.y - ratio * (at.y - camera.y) };
}

/** The same camera if the box is in sight, else moved just enough to have it there; too large a box is centred. */
export function bringIntoSight(camera: Camera, box: Box, stage: Size): Camera {
  const margin = marginOf(stage);
  const shift = (low: number, length: number, room: number): number => {
    if (length > room - 2 * margin) return room / 2 - (low + length / 2);
    if (low < margin) return margin - low;
    if (low + length > room - margin) return room - margin - (low + length);
    return 0;
  };
  const { k } = camera;
  return {
    k,
    x: camera.x + shift(camera.x + k * box.x, k * box.width, stage.width),
    y: camera.y + shift(camera.y + k * box.y, k * box.height, stage.height),
  };
}

/**
 * The same camera, moved so that no room is left empty on one side while the drawing goes on at the other. Where there is room
 * for all of it, it stands in the middle: there it stays as long as the zoom is the same, whatever step is followed.
 */
export function withoutWaste(camera: Camera, drawing: Box, stage: Size): Camera {
  const margin = marginOf(stage);
  const shift = (low: number, length: number, room: number): number => {
    const [first, last] = [margin - low, room - margin - (low + length)];
    if (first <= last) return (first + last) / 2;
    return Math.max(last, Math.min(0, first));
  };
  const { k } = camera;
  return {
    k,
    x: camera.x + shift(camera.x + k * drawing.x, k * drawing.width, stage.width),
    y: camera.y + shift(camera.y + k * drawing.y, k * drawing.height, stage.height),
  };
}

/**
 * The camera that has `box` in sight with no more movement than that takes. It zooms out, to no less than `least`, where the box
 * is too large, and in again, to no more than `most`, when it has to move anyway. What must be seen if not all can be is `first`.
 */
export function followed(
  camera: Camera,
  box: Box,
  first: Box,
  stage: Size,
  { least, most }: { least: number; most: number },
): Camera {
  const still = bringIntoSight(camera, box, stage);
  const fits = fittingZoom(box, stage);
  if (camera.k <= fits && still.x === camera.x && still.y === camera.y) return camera;
  const k = Math.max(Math.min(least, camera.k), Math.min(fits, Math.max(camera.k, most)));
  const middle = { x: stage.width / 2, y: stage.height / 2 };
  const zoomed = k === camera.k ? camera : zoomAbout(camera, middle, k / camera.k);
  return bringIntoSight(bringIntoSight(zoomed, box, stage), first, stage);
}

/** As many movements in a row must do without a smaller zoom before it is given up. */
const PATIENCE = 12;

/**
 * How close the camera may come by itself: to what was chosen, but not closer than one of the last few movements allowed, so that
 * the steps of a loop, which need more and less room by turns, are all seen in one size. `needs` is what those allowed.
 */
export function patientZoom(chosen: number, needs: readonly number[]): number {
  return Math.min(chosen, ...needs);
}

/** What the last few movements allowed, with one more. */
export function withNeed(needs: readonly number[], need: number): readonly number[] {
  return [...needs.slice(1 - PATIENCE), need];
}

/** Moves the camera so that `to` is seen where `from` was seen. */
export function keepInPlace(camera: Camera, from: Point, to: Point): Camera {
  return {
    k: camera.k,
    x: camera.x + camera.k * (from.x - to.x),
    y: camera.y + camera.k * (from.y - to.y),
  };
}

/** The part of the drawing that is in sight. */
export function sightOf(camera: Camera, stage: Size): Box {
  return {
    x: -camera.x / camera.k,
    y: -camera.y / camera.k,
    width: stage.width / camera.k,
    height: stage.height / camera.k,
  };
}

/** A box that is in sight in part, moved so that all of it is, as far as it fits; one that is out of sight stays there. */
export function wholeInSight(box: Box, sight: Box, margin: number): Box {
  const isSeen =
    box.x < sight.x + sight.width &&
    box.x + box.width > sight.x &&
    box.y < sight.y + sight.height &&
    box.y + box.height > sight.y;
  if (!isSeen) return box;
  const within = (low: number, length: number, from: number, room: number) =>
    Math.max(from + margin, Math.min(low, from + room - margin - length));
  return {
    ...box,
    x: within(box.x, box.width, sight.x, sight.width),
    y: within(box.y, box.height, sight.y, sight.height),
  };
}

/** Whether all of a box is in sight, but for less than a pixel. */
export function isSeen({ k, x, y }: Camera, box: Box, stage: Size): boolean {
  const left = x + k * box.x;
  const top = y + k * box.y;
  return (
    left > -1 && top > -1 && left + k * box.width < stage.width + 1 && top + k * box.height < stage.height + 1
  );
}

export function union(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

export function between(from: Camera, to: Camera, fraction: number): Camera {
  const mix = (a: number, b: number) => a + (b - a) * fraction;
  return { k: mix(from.k, to.k), x: mix(from.x, to.x), y: mix(from.y, to.y) };
}

function clampZoom(k: number): number {
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, k));
}
