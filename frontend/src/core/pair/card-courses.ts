/**
 * How cards that both runs have differ from row to row.
 *
 * What several cards show is gone through once: the numbers of a storage under views of one shape, the gradient of a tensor that
 * is updated a thousand times. A card then takes the part of it that is its own.
 */

import type { Card } from "../types";
import { type Course, courseOf, isDifferent, NEVER, together, within } from "./courses";
import type { Comparer, Difference } from "./differences";
import { Side } from "./side";
import type { Both, Walk } from "./walk";

type Pair = Both<Card>;

/** What of a card may differ, in the order in which it is said. */
const ASPECTS: readonly Difference[] = ["value", "gradient", "tracking"];
const EVER = Number.POSITIVE_INFINITY;

export class CardCourses {
  /** What is known of storages, tensors and nodes, by what they are. */
  private readonly known = new Map<string, Course>();
  readonly sides: Both<Side>;

  constructor(
    walk: Walk,
    private readonly comparer: Comparer,
  ) {
    this.sides = { a: new Side(walk, "a"), b: new Side(walk, "b") };
  }

  /** The changes of what differs between a card and its counterpart, in the order of rows. */
  of(pair: Pair): [row: number, found: Difference[]][] {
    const from = Math.max(this.sides.a.born(pair.a), this.sides.b.born(pair.b));
    const ends = { a: this.sides.a.end(pair.a), b: this.sides.b.end(pair.b) };
    // Until one of them is overwritten, both show what is there now.
    const first = Math.min(ends.a, ends.b);
    const courses = [
      this.value(pair, from, ends),
      this.gradient(pair, from, first),
      within(this.tracking(pair), from, EVER),
    ];
    return together(courses).map(([row, differ]) => [row, ASPECTS.filter((_, i) => differ[i])]);
  }

  private once(key: string, find: () => Course): Course {
    const found = this.known.get(key) ?? find();
    this.known.set(key, found);
    return found;
  }

  private value({ a, b }: Pair, from: number, ends: Both<number>): Course {
    if (a.tensor === null || b.tensor === null) return NEVER;
    const tensors = [a.tensor, b.tensor] as const;
    const [one, other] = [this.sides.a, this.sides.b];
    const now = this.once(`v ${one.viewOf(tensors[0])} ${other.viewOf(tensors[1])}`, () =>
      courseOf(
        [...one.touches(tensors[0]), ...other.touches(tensors[1])],
        (row) => !this.comparer.isSame(one.value(tensors[0], row), other.value(tensors[1], row), tensors),
      ),
    );
    const [first, last] = [Math.min(ends.a, ends.b), Math.max(ends.a, ends.b)];
    const live = within(now, from, first);
    if (first === EVER) return live;
    // What was overwritten keeps its numbers, beside the other's as they are or as they were kept.
    const touches = last === first ? [] : [...one.touches(tensors[0]), ...other.touches(tensors[1])];
    const after = courseOf(
      [first, ...(last === EVER ? [] : [last]), ...touches.filter((row) => row > first && row < last)],
      (row) => {
        const shown = [one.shown(a, tensors[0], row), other.shown(b, tensors[1], row)] as const;
        return !this.comparer.isSame(...shown, tensors);
      },
    );
    return [...live, ...within(after, Math.max(from, first), EVER)];
  }

  private gradient({ a, b }: Pair, from: number, end: number): Course {
    const [one, other] = [this.sides.a, this.sides.b];
    const isLeaf = one.isLeafNode(a.node) || other.isLeafNode(b.node);
    const cotangents = this.once(`c ${a.node} ${b.node} ${a.output} ${b.output}`, () =>
      courseOf(
        [...one.turns(a.node), ...other.turns(b.node)],
        (row) => !this.comparer.isSame(one.cotangent(a, row), other.cotangent(b, row)),
      ),
    );
    const grads = this.once(`g ${a.tensor} ${b.tensor}`, () =>
      courseOf(
        [...one.gradientTouches(a.tensor), ...other.gradientTouches(b.tensor)],
        (row) => !this.comparer.isSame(one.gradient(a.tensor, row), other.gradient(b.tensor, row)),
      ),
    );
    // What happens to a tensor's `.grad` shows on its latest card.
    const both = [within(cotangents, from, isLeaf ? end : EVER), within(grads, from, end)];
    return courseOf(both.flat(), (row) => both.some((course) => isDifferent(course, row)));
  }

  private tracking({ a, b }: Pair): Course {
    if (a.tensor === null || b.tensor === null) return NEVER;
    const [one, other] = [a.tensor, b.tensor];
    const { a: first, b: second } = this.sides;
    return this.once(`t ${one} ${other}`, () =>
      courseOf(
        [...first.trackings(one), ...second.trackings(other)],
        (row) => first.isTracked(one, row) !== second.isTracked(other, row),
      ),
    );
  }
}
