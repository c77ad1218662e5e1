/** The pointer and the wheel on the graph: drag to pan, wheel or pinch to zoom, and a click stays a click. */

import { STANDALONE } from "../../build";
import { zoomAbout } from "../../graph/camera";
import { camera, moveCamera, pan, stage, zoom } from "../../state/camera";

/** A press that comes no further than this from where it began is a click: a finger that rests trembles more than a mouse. */
const slopOf = ({ pointerType }: PointerEvent) => (pointerType === "touch" ? 12 : 4);

/** Listens on the element; gives the way to stop. */
export function watchStage(element: HTMLElement | SVGElement): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let began = { x: 0, y: 0 };
  let drags = false;
  const local = (event: { clientX: number; clientY: number }) => {
    const frame = element.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };

  const down = (event: PointerEvent) => {
    if (event.button > 0) return;
    if (pointers.size === 0) {
      began = local(event);
      drags = false;
    }
    pointers.set(event.pointerId, local(event));
  };
  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = local(event);
    if (pointers.size === 1) {
      // Until it is known for a drag it moves nothing, and then what it took hold of is under it.
      const from = drags ? before : began;
      drags ||= Math.hypot(now.x - began.x, now.y - began.y) > slopOf(event);
      if (!drags) return;
      // Only now: a captured pointer sends its click to the stage instead of the card under it.
      element.setPointerCapture(event.pointerId);
      element.classList.add("dragging");
      pan(now.x - from.x, now.y - from.y);
    } else if (pointers.size === 2) {
      drags = true;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const distance = (p: { x: number; y: number }) => Math.hypot(p.x - other.x, p.y - other.y);
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        moveCamera(
          zoomAbout(camera.value, middle, distance(now) / Math.max(1, distance(before))),
          false,
          true,
        );
      }
    }
    pointers.set(event.pointerId, now);
  };
  const up = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    element.classList.remove("dragging");
  };
  const click = (event: Event) => {
    if (drags) event.stopPropagation();
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    // Trackpads report a pinch as a wheel with Ctrl, in smaller steps.
    const amount = event.deltaY * (event.deltaMode === 1 ? 16 : 1) * (event.ctrlKey ? 6 : 1);
    zoom(Math.exp(-Math.max(-240, Math.min(240, amount)) / 500), local(event));
  };

  const listen = element as HTMLElement;
  listen.addEventListener("pointerdown", down);
  listen.addEventListener("pointermove", move);
  listen.addEventListener("pointerup", up);
  listen.addEventListener("pointercancel", up);
  listen.addEventListener("click", click, true);
  listen.addEventListener("wheel", wheel, { passive: false });
  // In percent, each change of the page around it would lay out every text in the picture anew.
  const observer = new ResizeObserver(([entry]) => {
    // Paper has its own rules, and what is laid out anew while pages are counted would lose the last of them.
    if (!entry || (!STANDALONE && matchMedia("print").matches)) return;
    const { width, height } = entry.contentRect;
    stage.value = { width, height };
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
  });
  observer.observe(element.parentElement ?? element);
  return () => {
    observer.disconnect();
    listen.removeEventListener("pointerdown", down);
    listen.removeEventListener("pointermove", move);
    listen.removeEventListener("pointerup", up);
    listen.removeEventListener("pointercancel", up);
    listen.removeEventListener("click", click, true);
    listen.removeEventListener("wheel", wheel);
  };
}
