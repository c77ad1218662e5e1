/** A pen that draws over the page, for a teacher's circle around what matters. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { penDown, strokes } from "../state/pen";
import "../style/pen.css";

const current = signal<string | null>(null);

export function Pen(): JSX.Element {
  const at = (event: PointerEvent) => `${event.clientX.toFixed(0)} ${event.clientY.toFixed(0)}`;
  const finish = () => {
    if (current.value) strokes.value = [...strokes.value, current.value];
    current.value = null;
  };
  return (
    <svg
      class="pen"
      data-testid="pen"
      data-down={penDown.value}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        current.value = `M${at(event)}l0.1 0`;
      }}
      onPointerMove={(event) => {
        if (current.value) current.value += `L${at(event)}`;
      }}
      onPointerUp={finish}
      onPointerCancel={finish}
    >
      {[...strokes.value, ...(current.value ? [current.value] : [])].map((stroke, index) => (
        <path key={index} d={stroke} />
      ))}
    </svg>
  );
}
