import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { narrate, sentenceParts } from "../src/core/narrate";
import { reasonText } from "../src/core/reasons";
import { REASONS_EN } from "../src/core/reasons/sentences.en";
import { REASONS_ZH } from "../src/core/reasons/sentences.zh";
import type { Run } from "../src/core/run";
import { buildTimeline } from "../src/core/timeline";
import type { Step } from "../src/core/types";
import { openTrace } from "./golden";
import { lessonRun, python, root } from "./lesson-runs";

type Told = [from: number, to: number, kind: Step["kind"], english: string, chinese: string];

const walks = execFileSync(python, ["scripts/walks.py"], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 })
  .trimEnd()
  .split("\n")
  .map((line): [string, Told[]] => {
    const tab = line.indexOf("\t");
    return [line.slice(0, tab), JSON.parse(line.slice(tab + 1)) as Told[]];
  });

const REASONS = { en: REASONS_EN, zh: REASONS_ZH };

function walkOf(run: Run): Told[] {
  return buildTimeline(run.trace, "op").steps.map((step) => {
    const said = (["en", "zh"] as const).map((language) =>
      [
        sentenceParts(narrate(run, step), language)
          .map(({ text }) => text)
          .join(""),
        step.kind === "vjp" && step.node !== null ? reasonText(run, step.node, REASONS[language]) : "",
      ]
        .filter(Boolean)
        .join(language === "zh" ? "" : " "),
    );
    return [step.from, step.to, step.kind, ...said] as Told;
  });
}

describe("the page and the package", () => {
  it.each(walks)("cut the same steps and say the same of each: %s", (name, told) => {
    const run = name.startsWith("lesson ") ? lessonRun(name.slice(7)) : openTrace(name);
    expect(walkOf(run)).toEqual(told);
  });
});
