/**
 * Which drawings go on in another picture: what is in both keeps its own, and what comes takes over that of something
 * like it that went. So the cards of a loop's next iteration are those of the last with other numbers, and not drawn anew.
 */

export interface Drawing {
  readonly key: number;
  /** What is drawn alike but for its numbers is alike. */
  readonly like: string;
}

/** By id; `now` are the ids of the new picture, in order, each with what it is like. */
export function handOn(
  before: ReadonlyMap<string, Drawing>,
  now: ReadonlyMap<string, string>,
): Map<string, Drawing> {
  const free = new Map<string, Drawing[]>();
  let last = 0;
  for (const [id, drawing] of before) {
    last = Math.max(last, drawing.key);
    if (!now.has(id)) free.set(drawing.like, [...(free.get(drawing.like) ?? []), drawing]);
  }
  const given = new Map<string, Drawing>();
  for (const [id, like] of now)
    given.set(id, before.get(id) ?? free.get(like)?.shift() ?? { key: ++last, like });
  return given;
}
