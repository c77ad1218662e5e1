/** How something differs while two runs are gone through: the rows at which it begins to differ, and ceases to. */

import { countBelow } from "../lists";

/** Rows, ascending: at the first it begins to differ, at the second it ceases to, and so on. */
export type Course = readonly number[];

export const NEVER: Course = [];

/** The course of something that can change at some rows only; it is asked there, whatever their order. */
export function courseOf(rows: Iterable<number>, differsAt: (row: number) => boolean): Course {
  const course: number[] = [];
  for (const row of [...new Set(rows)].sort((a, b) => a - b))
    if (differsAt(row) !== (course.length % 2 === 1)) course.push(row);
  return course;
}

export function isDifferent(course: Course, row: number): boolean {
  return countBelow(course, row + 1) % 2 === 1;
}

/** A course where it counts from one row on and up to another only: before and after, nothing differs. */
export function within(course: Course, from: number, to: number): Course {
  if (course.length === 0 || from >= to) return NEVER;
  const [first, end] = [countBelow(course, from + 1), countBelow(course, to)];
  const part = course.slice(first, end);
  if (first % 2 === 1) part.unshift(from);
  if (part.length % 2 === 1 && to !== Number.POSITIVE_INFINITY) part.push(to);
  return part;
}

/** Several courses as one list: at each row that changes any, which of them differ. */
export function together(courses: readonly Course[]): [row: number, differ: boolean[]][] {
  const rows = [...new Set(courses.flat())].sort((a, b) => a - b);
  return rows.map((row) => [row, courses.map((course) => isDifferent(course, row))]);
}
