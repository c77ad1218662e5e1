/** What the page does for who sees, touches or prints otherwise: fetched once the page stands. */
import { effect, signal } from "@preact/signals";
import { narrate, sentenceParts } from "./core/narrate";
import { words } from "./i18n";
import { next, previous, step } from "./state/player";
import { run } from "./state/run";
import { scene } from "./state/scene";
import { presenting } from "./state/screen";
import { language } from "./state/settings";
import "./style/access.css";
import "./style/print.css";

const query = matchMedia("print");
const printing = signal(query.matches);
const look = () => {
  printing.value = query.matches;
};
query.addEventListener("change", look);
// Pages are counted before the query is known to match.
addEventListener("beforeprint", () => {
  printing.value = true;
});
addEventListener("afterprint", look);

/** Around the picture on paper, in the units of the drawing. */
const MARGIN = 20;

// On paper the picture is whole, wherever the camera looked.
effect(() => {
  const surface = document.querySelector<SVGElement>(".surface");
  const layout = scene.value?.layout;
  if (printing.value && layout) {
    const width = layout.width + 2 * MARGIN;
    surface?.setAttribute("viewBox", `${-MARGIN} ${-MARGIN} ${width} ${layout.height + 2 * MARGIN}`);
    surface?.style.setProperty("--paper", `${width}px`);
  } else surface?.removeAttribute("viewBox");
});

/** A sentence with more letters, two rows of a wall, is set smaller there, so that the picture keeps its room (`wall.css`). */
const LONG = 180;

// Style sheets go by what the views themselves, which are in files that play too, have no room to say.
effect(() => {
  document.documentElement.dataset.way = step.value?.direction ?? "forward";
});
effect(() => {
  // Sentences of a language come with its words.
  words.value;
  const [of, at] = [run.value, step.value];
  const parts = presenting.value && of && at ? sentenceParts(narrate(of, at), language.value) : [];
  const letters = parts.reduce((sum, { text }) => sum + text.length, 0);
  document.documentElement.dataset.said = letters > LONG ? "long" : "short";
});

/** A finger's way over the sentence, in pixels, from which on it turns the page, so to speak: one step on, or back. */
const SWIPE = 48;
let began: PointerEvent | null = null;
addEventListener("pointerdown", (event) => {
  const isOne = event.pointerType === "touch" && event.isPrimary;
  began = isOne && event.target instanceof Element && event.target.closest(".sentence") ? event : null;
});
addEventListener("pointercancel", () => {
  began = null;
});
addEventListener("pointerup", (event) => {
  if (!began || event.pointerId !== began.pointerId) return;
  const [x, y] = [event.clientX - began.clientX, event.clientY - began.clientY];
  began = null;
  if (Math.abs(x) < SWIPE || Math.abs(x) < 2 * Math.abs(y)) return;
  if (x < 0) next();
  else previous();
});
