/** In a file that plays by itself: who made it has put in why each VJP gives what it gives, in the words of its language. */
import type { JSX } from "preact";
import { ONLY_LANGUAGE } from "../build";
import type { Run } from "../core/run";

/** By node. */
export type Reasons = Readonly<Record<number, string>>;

let reasons: Reasons = {};

export function give(given: Reasons = {}): void {
  reasons = given;
}

export function Because({ node }: { run: Run; node: number }): JSX.Element | null {
  return reasons[node] ? (
    <>
      {ONLY_LANGUAGE === "zh" ? "" : " "}
      <span class="because">{reasons[node]}</span>
    </>
  ) : null;
}
