/** Finds what is to be marked in two runs at every row, a piece at a time. */

import { fullGraph } from "../cards";
import { at } from "../lists";
import type { Run } from "../run";
import type { Step } from "../types";
import { CardCourses } from "./card-courses";
import { type Comparer, type Difference, eventsOf, printed } from "./differences";
import type { Change, Print, RunMarks } from "./marks";
import type { Both, Walk } from "./walk";

/** Cards that are compared before somebody else may have the processor. */
const PIECE = 64;

type SideId = keyof Both<unknown>;
const SIDES: readonly SideId[] = ["a", "b"];
const other = (side: SideId): SideId => (side === "a" ? "b" : "a");

/** Yields where it may rest; what it returns is ascending in rows. */
export function* markRuns(walk: Walk, comparer: Comparer): Generator<void, Both<RunMarks>> {
  const changes: Both<Change[]> = { a: [], b: [] };
  yield* markCards(walk, comparer, changes);
  yield;
  markEdges(walk, comparer, changes);
  yield;
  markTests(walk, changes);
  const prints = printsOf(walk);
  yield;
  const ascending = (list: Change[]) => list.sort(([one], [another]) => one - another);
  return {
    a: { changes: ascending(changes.a), prints: prints.a },
    b: { changes: ascending(changes.b), prints: prints.b },
  };
}

function* markCards(walk: Walk, comparer: Comparer, changes: Both<Change[]>): Generator<void> {
  const { a, b, ...between } = { ...walk.runs, to: comparer.between };
  const courses = new CardCourses(walk, comparer);
  yield;
  const inB = fullGraph(b).byId;
  yield;
  for (const [index, card] of fullGraph(a).cards.entries()) {
    if (index % PIECE === 0) yield;
    const twin = inB.get(between.to.cardInB(card.id) ?? "");
    if (!twin) changes.a.push([courses.sides.a.born(card), card.id, ["only"]]);
    else
      for (const [row, found] of courses.of({ a: card, b: twin })) {
        changes.a.push([row, card.id, found]);
        changes.b.push([row, twin.id, found]);
      }
  }
  const inA = fullGraph(a).byId;
  for (const card of inB.values())
    if (!inA.has(between.to.cardInA(card.id) ?? ""))
      changes.b.push([courses.sides.b.born(card), card.id, ["only"]]);
}

function markEdges(walk: Walk, { between }: Comparer, changes: Both<Change[]>): void {
  const { a, b, ops } = between;
  const rowOf = (run: Run, side: SideId, op: number) =>
    walk.rowOf(side, run.eventOfOp(op) ?? Number.POSITIVE_INFINITY);
  for (const [op, twin] of ops) {
    const row = Math.max(rowOf(a, "a", op), rowOf(b, "b", twin));
    const mark = (side: SideId, edge: number, found: Difference) =>
      changes[side].push([row, `e${edge}`, [found]]);
    const others = b.edgesOf(twin);
    const isPaired = new Set<number>();
    for (const edge of a.edgesOf(op)) {
      const { slot, producer, kind } = at(a.trace.edges, edge);
      const match = others.find((each) => at(b.trace.edges, each).slot === slot);
      if (match === undefined) {
        mark("a", edge, "only");
        continue;
      }
      isPaired.add(match);
      const its = at(b.trace.edges, match);
      const source = producer === null ? null : (ops.get(producer) ?? -1);
      const isTrackedInOne = (kind === "tracked") !== (its.kind === "tracked");
      const found = source !== its.producer ? "only" : isTrackedInOne ? "tracking" : null;
      if (found === null) continue;
      mark("a", edge, found);
      mark("b", match, found);
    }
    for (const edge of others) if (!isPaired.has(edge)) mark("b", edge, "only");
  }
}

interface Test {
  readonly span: number;
  readonly scope: number | null;
  readonly value: boolean;
}

function testsOf(run: Run, step: Step | null): Test[] {
  return step ? eventsOf(run, step).flatMap((event) => (event.kind === "branch" ? [event] : [])) : [];
}

/** A test is marked where it came out otherwise the last time, until it comes out alike; so is the box that it opened. */
function markTests(walk: Walk, changes: Both<Change[]>): void {
  const twins: Both<Map<number, number>> = { a: new Map(), b: new Map() };
  const last: Both<Map<number, boolean>> = { a: new Map(), b: new Map() };
  const isMarked = new Set<number>();
  const compare = (row: number, side: SideId, span: number) => {
    const spans = { a: span, b: span, [other(side)]: twins[side].get(span) ?? -1 };
    const [one, another] = [last.a.get(spans.a), last.b.get(spans.b)];
    const differs = one !== undefined && another !== undefined && one !== another;
    if (!differs && !isMarked.delete(spans.a)) return;
    if (differs) isMarked.add(spans.a);
    changes.a.push([row, `s${spans.a}`, differs ? [named(one)] : []]);
    changes.b.push([row, `s${spans.b}`, differs ? [named(another)] : []]);
  };
  for (const [index, row] of walk.rows.entries()) {
    const of = (side: SideId) => testsOf(walk.runs[side], walk.steps[side][row[side] ?? -1] ?? null);
    const tests = { a: of("a"), b: of("b") };
    for (const side of SIDES) for (const { span, value } of tests[side]) last[side].set(span, value);
    for (const [i, one] of tests.a.entries()) {
      const match = tests.b[i];
      if (!match) continue;
      twins.a.set(one.span, match.span);
      twins.b.set(match.span, one.span);
      if (one.value === match.value) continue;
      if (one.scope !== null) changes.a.push([index + 1, `g${one.scope}`, [named(one.value)]]);
      if (match.scope !== null) changes.b.push([index + 1, `g${match.scope}`, [named(match.value)]]);
    }
    for (const side of SIDES)
      for (const { span } of tests[side]) if (twins[side].has(span)) compare(index + 1, side, span);
  }
}

const named = (outcome: boolean): Difference => (outcome ? "true" : "false");

/** Text is marked that a step prints where the other run's prints another, or there is none. */
function printsOf(walk: Walk): Both<Print[]> {
  const prints: Both<Print[]> = { a: [], b: [] };
  for (const [index, row] of walk.rows.entries()) {
    const of = (side: SideId) => {
      const step = walk.steps[side][row[side] ?? -1];
      return step ? printed(walk.runs[side], step) : [];
    };
    const texts = { a: of("a"), b: of("b") };
    for (const side of SIDES)
      for (const [i, { cell, output, from, to, text }] of texts[side].entries())
        if (texts[other(side)][i]?.text !== text) prints[side].push([index + 1, cell, output, from, to]);
  }
  return prints;
}
