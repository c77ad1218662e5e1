/** What explains, where the page has room for it: its code comes with the first run. */
import type { JSX } from "preact";
import { STANDALONE } from "../build";
import { run } from "../state/run";
import { later } from "./later";

const LaterDiagnosed = later(() => import("./explain/index").then((module) => module.Diagnosed));
const LaterMarks = later(() => import("./explain/index").then((module) => module.Marks));
const LaterMended = later(() => import("./explain/index").then((module) => module.Mended));
const LaterSilent = later(() => import("./explain/index").then((module) => module.Silent));
const LaterWhy = later<{ tensor: number }>(() => import("./explain/index").then((module) => module.Why));

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
