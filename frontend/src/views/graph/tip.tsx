/** A word beside what the pointer or the focus is on, above the drawing. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Point } from "../../core/types";
import { camera, stage } from "../../state/camera";

const tip = signal<{ at: Point; text: string } | null>(null);

/** `at` is in the units of the drawing. */
export function showTip(at: Point, text: string): void {
  tip.value = { at, text };
}

export function hideTip(): void {
  tip.value = null;
}

export function Tip(): JSX.Element | null {
  const shown = tip.value;
  if (!shown) return null;
  const { x, y, k } = camera.value;
  const left = x + k * shown.at.x;
  const aside = Math.max(0, Math.min(100, (100 * left) / stage.value.width));
  return (
    <div
      class="tip"
      role="tooltip"
      // Above its place, and as far to the side of it as keeps it within the picture.
      style={{ left: `${left}px`, top: `${y + k * shown.at.y}px`, translate: `-${aside}% -100%` }}
    >
      {shown.text}
    </div>
  );
}
