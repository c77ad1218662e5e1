/** Says to the pane around an element what it shows, so that its style can make room: `:has()` would be asked at every step. */
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

export function useRoom(
  element: RefObject<HTMLElement | null>,
  name: "diagnosis" | "why" | "tried",
  value: string,
): void {
  useLayoutEffect(() => {
    const pane = element.current?.closest<HTMLElement>(".side");
    if (!pane) return undefined;
    pane.dataset[name] = value;
    return () => {
      delete pane.dataset[name];
    };
  }, [element, name, value]);
}
