/** Marks lines of code that the other run has otherwise, by their places: what draws the lines need not know of two runs. */
import { computed, effect } from "@preact/signals";
import { beside } from "../state/beside";
import { marksNow } from "../state/marked";
import { run } from "../state/run";
import { SIZE } from "../views/code/lines";

const CHANGED = `box-shadow: inset 3px 0 0 var(--differs); background-image: repeating-linear-gradient(-45deg,
  var(--differs-soft) 0 3px, transparent 3px 8px)`;

export function markCode(): void {
  // As texts, so that a step that marks nothing new does not style the page anew.
  const changed = computed(() =>
    ruleFor(
      (beside.value?.changed ?? []).flatMap((lines, cell) => lines.map((line) => placeOf(cell, line))),
      CHANGED,
    ),
  );
  const tests = computed(() =>
    [...marksNow().all()]
      .filter(([what]) => what.startsWith("s"))
      .map(([what, [outcome]]) => {
        const span = run.value?.trace.spans[Number(what.slice(1))];
        const sign = `content: "≠ ${outcome === "true" ? "True" : "False"}"`;
        return span ? ruleFor([`${placeOf(span.cell, span.line)}::after`], sign) : "";
      })
      .join("\n"),
  );
  for (const rules of [changed, tests]) {
    const style = document.createElement("style");
    document.head.append(style);
    effect(() => {
      style.textContent = rules.value;
    });
  }
}

function placeOf(cell: number, line: number): string {
  const [chunk, within] = [Math.floor((line - 1) / SIZE), (line - 1) % SIZE];
  return `.cells > .cell:nth-child(${cell + 1}) .listing > :nth-child(${chunk + 1}) > :nth-child(${within + 1})`;
}

function ruleFor(places: readonly string[], look: string): string {
  return places.length > 0 ? `${places.join(", ")} { ${look} }` : "";
}
