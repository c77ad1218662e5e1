/** Finding things in a run: variables, ops and their nodes, lines of code; each with the event to go to and its card. */

import { fullGraph } from "./cards";
import { cellName, lineIn } from "./cells";
import type { Run } from "./run";

export interface Found {
  readonly kind: "name" | "op" | "line";
  /** What was found, and what stands beside it. */
  readonly text: string;
  readonly aside: string;
  /** Where it stands in the code, `[cell]:line`, and in which iteration of a loop; "" where the trace does not say. */
  readonly place: string;
  readonly iteration: number | null;
  /** The event to go to. */
  readonly event: number;
  readonly card: string | null;
}

const MOST = 30;

/** The best first: what is called like the query, then what begins with it, then what holds it. */
export function find(run: Run, query: string): Found[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const ranked = candidates(run).flatMap((found) => {
    const rank =
      rankOf(found.text.toLowerCase(), wanted) ??
      rankOf(`${found.aside} ${found.place}`.toLowerCase(), wanted, 3);
    return rank === null ? [] : [{ found, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank || a.found.event - b.found.event);
  return ranked.slice(0, MOST).map(({ found }) => found);
}

function rankOf(text: string, wanted: string, from = 0): number | null {
  if (text === wanted) return from;
  if (text.startsWith(wanted)) return from + 1;
  return text.includes(wanted) ? from + 2 : null;
}

const known = new WeakMap<Run, Found[]>();

function candidates(run: Run): Found[] {
  const made = known.get(run) ?? [...cardsOf(run), ...linesOf(run)];
  known.set(run, made);
  return made;
}

function cardsOf(run: Run): Found[] {
  return fullGraph(run).cards.flatMap((card): Found[] => {
    const op = card.op === null ? undefined : run.trace.ops[card.op];
    const own = { event: card.born - 1, card: card.id, ...placeOf(run, op?.span ?? null, op?.scope ?? null) };
    const source = op?.span == null ? "" : run.source(op.span);
    const called = card.name
      ? card.name.split(", ").map((name) => ({ kind: "name" as const, text: name, aside: source, ...own }))
      : [];
    const aside = [card.gradFn ?? "", card.name || source].filter(Boolean).join(" · ");
    return [...called, ...(op ? [{ kind: "op" as const, text: op.name, aside, ...own }] : [])];
  });
}

function placeOf(run: Run, span: number | null, scope: number | null): Pick<Found, "place" | "iteration"> {
  const at = span === null ? undefined : run.trace.spans[span];
  const iterations = run.scopePath(scope).flatMap((each) => run.trace.scopes[each]?.index ?? []);
  return {
    place: at ? `[${cellName(run.trace.cells, at.cell)}]:${lineIn(run.trace.cells, at.cell, at.line)}` : "",
    iteration: iterations.at(-1) ?? null,
  };
}

/** Each line that ran, at its first time. */
function linesOf(run: Run): Found[] {
  const seen = new Set<string>();
  return run.trace.events.flatMap((event, index): Found[] => {
    if (event.kind !== "line") return [];
    const span = run.trace.spans[event.span];
    if (!span || seen.has(`${span.cell}:${span.line}`)) return [];
    seen.add(`${span.cell}:${span.line}`);
    const text = run.source(event.span).split("\n")[0] ?? "";
    return [{ kind: "line", text, aside: "", ...placeOf(run, event.span, null), event: index, card: null }];
  });
}
