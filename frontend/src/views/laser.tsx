/** A red dot that follows the pointer, for pointing at a projected page. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

const at = signal({ x: -100, y: -100 });

export function Laser(): JSX.Element {
  useEffect(() => {
    const move = (event: PointerEvent) => {
      at.value = { x: event.clientX, y: event.clientY };
    };
    document.documentElement.classList.add("lasering");
    addEventListener("pointermove", move);
    return () => {
      document.documentElement.classList.remove("lasering");
      removeEventListener("pointermove", move);
    };
  }, []);
  return <div class="laser" style={{ transform: `translate(${at.value.x}px, ${at.value.y}px)` }} />;
}
