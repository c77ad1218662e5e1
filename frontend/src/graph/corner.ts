/** Which corner of the picture something may stand in without covering what is to be seen. No DOM. */
import type { Box, Size } from "../core/types";
import type { Camera } from "./camera";

export type Corner = "top-right" | "top-left" | "bottom-left" | "bottom-right";

/** How far each corner's place is from the picture's edges. */
export interface Insets {
  readonly side: number;
  readonly top: number;
  readonly bottom: number;
}

/** A corner, and whether even there something that matters is covered. */
export interface Place {
  readonly corner: Corner;
  readonly covers: boolean;
}

/** What counts of the others beside what matters: where that is not covered, as few of them as can be are. */
const OTHERS = 1e-6;

/** The first of the corners in which a thing of this size covers least of the boxes that matter, and then of the others, given where the camera is. */
export function freest(...given: Parameters<typeof placeAmong>): Corner {
  return placeAmong(...given).corner;
}

export function placeAmong(
  corners: readonly Corner[],
  size: Size,
  room: Size,
  insets: Insets,
  boxes: readonly Box[],
  camera: Camera,
  others: readonly Box[] = [],
): Place {
  const seen = [...boxes, ...others].map(({ x, y, width, height }) => ({
    x: camera.x + camera.k * x,
    y: camera.y + camera.k * y,
    width: camera.k * width,
    height: camera.k * height,
  }));
  const hidden = corners.map((corner) => {
    const place = {
      ...size,
      x: corner.endsWith("left") ? insets.side : room.width - insets.side - size.width,
      y: corner.startsWith("top") ? insets.top : room.height - insets.bottom - size.height,
    };
    return seen.reduce((sum, box, i) => sum + common(box, place) * (i < boxes.length ? 1 : OTHERS), 0);
  });
  const least = Math.min(...hidden);
  return { corner: corners[hidden.indexOf(least)] ?? "top-right", covers: least >= 1 };
}

/** The area that two boxes share. */
export function common(a: Box, b: Box): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, across) * Math.max(0, down);
}
