/** Windows over the page that not every visit opens. */
import type { JSX } from "preact";
import { browsed } from "../state/browsing";
import { later } from "./later";

const Browse = later(() => import("./values/browse").then((module) => module.Browse));

export function Windows(): JSX.Element {
  return <>{browsed.value ? <Browse /> : null}</>;
}
