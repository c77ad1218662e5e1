/** Windows over the page that not every visit opens. */
import type { JSX } from "preact";
import { browsed } from "../state/browsing";
import { helpOpen } from "../state/screen";
import { later } from "./later";

const Help = later(() => import("./help").then((module) => module.Help));
const Browse = later(() => import("./values/browse").then((module) => module.Browse));

export function Windows(): JSX.Element {
  return (
    <>
      {helpOpen.value ? <Help /> : null}
      {browsed.value ? <Browse /> : null}
    </>
  );
}
