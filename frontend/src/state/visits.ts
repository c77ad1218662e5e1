/** What an entry of the browser's history holds, and when a new one begins: Back undoes an opening or an edit, never a step. */

/** What is open: what was opened, how often something was, and the text of its cells now. */
export interface Open {
  /** The lesson's id; null for a file, a notebook or something new. */
  readonly lesson: string | null;
  /** Goes up with each opening. */
  readonly opening: number;
  readonly sources: readonly string[];
  /** The run on screen is of this text. */
  readonly hasRun: boolean;
}

export interface Entry {
  readonly open: Open;
  /** What is in it has been written and not yet run: more of that goes into the same entry. */
  readonly isDraft: boolean;
}

export const hasNothing = ({ sources }: Open): boolean => sources.every((source) => source === "");

/** The entry that what is open now belongs to, after the one before; the same object where it goes on as it was. */
export function entryAfter(before: Entry, now: Open): { entry: Entry; isNew: boolean } {
  const was = before.open;
  const isSameText =
    was.sources.length === now.sources.length &&
    was.sources.every((source, at) => source === now.sources[at]);
  const isSameOpening = was.opening === now.opening;
  if (isSameText && (isSameOpening || (was.lesson !== null && was.lesson === now.lesson))) {
    return { entry: { open: now, isDraft: before.isDraft && !now.hasRun }, isNew: false };
  }
  if (!isSameOpening) return { entry: { open: now, isDraft: hasNothing(now) }, isNew: true };
  return { entry: { open: now, isDraft: !now.hasRun }, isNew: !before.isDraft };
}
