/** Keys are never left without a place: where what had the focus goes, is turned off or is moved, what came next takes it. */

const STOPS =
  'a[href], button, input, select, textarea, summary, iframe, [tabindex="0"], [role="button"][tabindex]';

/** By then what a key does has been drawn on a busy machine too, in milliseconds. */
const SETTLED = 250;

interface Place {
  readonly at: HTMLElement | SVGElement;
  /** What the Tab key would have led to then, from there on and from there back. */
  readonly onward: readonly Element[];
  readonly backward: readonly Element[];
}

let place: Place | null = null;

/** Starts listening; gives the way to stop. */
export function keepFocus(): () => void {
  const listeners = {
    focusin: ({ target }: Event) => remember(target),
    // A hand that lets go of what keys were at knows what it does.
    pointerdown: letGo,
    keydown: (event: Event) => {
      // What went since the last key went by itself; where it is still there, Tab has led out of the page.
      if (isLost()) canTake(place?.at) ? letGo() : restore();
      if (event instanceof KeyboardEvent && event.key === "Tab") return;
      // What a key does is drawn with the next frame.
      requestAnimationFrame(() => requestAnimationFrame(restore));
      setTimeout(restore, SETTLED);
    },
  };
  for (const [kind, listener] of Object.entries(listeners)) addEventListener(kind, listener, true);
  return () => {
    for (const [kind, listener] of Object.entries(listeners)) removeEventListener(kind, listener, true);
  };
}

/** Says that the focus is given up on purpose. */
export function letGo(): void {
  place = null;
}

function remember(target: EventTarget | null): void {
  place = null;
  if (!(target instanceof HTMLElement || target instanceof SVGElement)) return;
  // A hand that clicked goes on clicking.
  if (!target.matches(":focus-visible")) return;
  const around = target.closest("dialog, .pair") ?? document.body;
  const stops = [...around.querySelectorAll(STOPS)];
  const at = stops.indexOf(target);
  if (at >= 0) place = { at: target, onward: stops.slice(at + 1), backward: stops.slice(0, at).reverse() };
}

function isLost(): boolean {
  return place !== null && (document.activeElement ?? document.body) === document.body;
}

function restore(): void {
  if (!place || !isLost()) return;
  const { at, onward, backward } = place;
  // A text would take the next keys for letters.
  const others = [...onward, ...backward].filter(
    (stop) => !stop.matches("textarea, [type=text], [type=search]"),
  );
  [at, ...others].find(canTake)?.focus();
}

function canTake(stop: Element | undefined): stop is HTMLElement | SVGElement {
  return stop?.isConnected === true && !stop.matches(":disabled") && stop.getClientRects().length > 0;
}

/** To what is drawn in one of the next frames. */
export function focusOnceShown(selector: string, frames = 30): void {
  const found = document.querySelector<HTMLElement | SVGElement>(selector);
  if (canTake(found ?? undefined)) found?.focus();
  else if (frames > 0) requestAnimationFrame(() => focusOnceShown(selector, frames - 1));
}
