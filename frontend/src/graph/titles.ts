/** What is written above a group of cards. */
import type { Group } from "../core/types";
import type { Messages } from "../i18n/en";

const MAX_TITLE = 40;
export const TITLE_ROW = 18;

/** Its lines: that a backward pass was recorded would make its box twice as wide as what is in it. */
export function groupTitle(group: Group, t: Messages): string[] {
  const label = group.label.length > MAX_TITLE ? `${group.label.slice(0, MAX_TITLE - 1)}…` : group.label;
  const parts = [group.kind === "vjp" ? t.graph.vjp(label) : label];
  if (group.kind === "backward") return [label, t.graph.secondGraph];
  if (group.kind === "iteration" && group.index !== null)
    parts.push(t.graph.iteration(group.index, group.iterations));
  if (group.outcome !== null && !(group.kind === "iteration" && group.outcome)) {
    parts.push(group.outcome ? t.graph.taken.true : t.graph.taken.false);
  }
  return [parts.join(" · ")];
}
