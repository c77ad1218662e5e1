/**
 * How a player is to look and where it is to begin, as a fragment says it: `#step=12&theme=dark&lang=zh&view=graph,sentence`.
 *
 * The names are those of links to the page (`link.ts`), and `theme`, `view` and `controls` beside them. What is unknown is
 * passed over, so that a later version's address still opens.
 */

/** What of a player is shown. */
export const PARTS = ["graph", "code", "sentence", "details"] as const;
export type Part = (typeof PARTS)[number];

/** All the controls, only those that step, or none (keys and messages still move it). */
const CONTROLS = ["full", "steps", "none"] as const;
export type Controls = (typeof CONTROLS)[number];

const THEME_NAMES = ["system", "light", "dark"] as const;

export interface Wishes {
  readonly step: number | null;
  /** So many events have happened: the place in any grain. */
  readonly events: number | null;
  readonly grain: string | null;
  readonly picture: "values" | "backward" | null;
  readonly language: string | null;
  readonly theme: (typeof THEME_NAMES)[number] | null;
  readonly view: readonly Part[] | null;
  readonly controls: Controls | null;
  /** Where the trace lies, for a player that is given none. */
  readonly trace: string | null;
}

export function readWishes(fragment: string): Wishes {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T | null =>
    allowed.find((each) => each === given.get(name)) ?? null;
  const count = (name: string) => {
    const found = Number.parseInt(given.get(name) ?? "", 10);
    return Number.isNaN(found) ? null : found;
  };
  const view = PARTS.filter((part) => given.get("view")?.split(",").includes(part));
  return {
    step: count("step"),
    events: count("events"),
    grain: given.get("by"),
    picture: oneOf("picture", ["values", "backward"]),
    language: given.get("lang") ?? given.get("language"),
    theme: oneOf("theme", THEME_NAMES),
    view: view.length > 0 ? view : null,
    controls: oneOf("controls", CONTROLS),
    trace: given.get("trace"),
  };
}
