/** Windows over the page that not every visit opens. */
import type { JSX } from "preact";
import { browsed } from "../state/browsing";
import { penDown, strokes } from "../state/pen";
import { helpOpen, paletteOpen } from "../state/screen";
import { later } from "./later";

const Palette = later(() => import("./palette").then((module) => module.Palette));
const Browse = later(() => import("./values/browse").then((module) => module.Browse));
const Help = later(() => import("./help").then((module) => module.Help));
const Pen = later(() => import("./pen").then((module) => module.Pen));

export function Windows(): JSX.Element {
  return (
    <>
      {helpOpen.value ? <Help /> : null}
      {paletteOpen.value ? <Palette /> : null}
      {browsed.value ? <Browse /> : null}
      {penDown.value || strokes.value.length ? <Pen /> : null}
    </>
  );
}
