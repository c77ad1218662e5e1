/** What explains, where the page has room for it: its code comes with the first run. */
import type { JSX } from "preact";
import { STANDALONE } from "../build";
import { run } from "../state/run";
import { later } from "./later";

const load = () => import("./explain/index");
const LaterDiagnosed = later(() => load().then((module) => module.Diagnosed));
const LaterMarks = later(() => load().then((module) => module.Marks));
const LaterMended = later(() => load().then((module) => module.Mended));
const LaterSilent = later(() => load().then((module) => module.Silent));
const LaterWhy = later<{ tensor: number }>(() => load().then((module) => module.Why));

export function Diagnosed(): JSX.Element | null {
  return run.value ? <LaterDiagnosed /> : null;
}

/** The banners of explanations: what was mended, and what went wrong without an error. */
export function Explained(): JSX.Element | null {
  if (!run.value) return null;
  return (
    <>
      {STANDALONE ? null : <LaterMended />}
      <LaterSilent />
    </>
  );
}

export { LaterMarks as Marks, LaterWhy as Why };
