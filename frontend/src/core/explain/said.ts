/** What explanations are made of: a sentence by its key with what goes into its holes, some of it leading to a step. */

/** Text for a hole: a name or number; or, where something on screen shows it, the event to go to and the op or tensor. */
export type Hole = string | Place;

export interface Place {
  text: string;
  /** The event at which it is to be seen. */
  event: number;
  op?: number | null;
  tensor?: number | null;
}

export interface Said<Key extends string> {
  key: Key;
  holes: Record<string, Hole>;
}

export function tell<Key extends string>(key: Key, holes: Record<string, Hole> = {}): Said<Key> {
  return { key, holes };
}

/** A sentence in parts: plain words, and what stood in its holes. */
export type Part = { words: string } | { hole: Hole };

/** Puts a sentence together from its template; `{name}` is a hole. */
export function partsOf<Key extends string>(templates: Record<Key, string>, said: Said<Key>): Part[] {
  return templates[said.key]
    .split(/\{(\w+)\}/)
    .map((text, i): Part => (i % 2 === 1 ? { hole: said.holes[text] ?? "" } : { words: text }))
    .filter((part) => !("words" in part) || part.words !== "");
}

/** The sentence as plain text. */
export function plain<Key extends string>(templates: Record<Key, string>, said: Said<Key>): string {
  return partsOf(templates, said)
    .map((part) =>
      "words" in part ? part.words : typeof part.hole === "string" ? part.hole : part.hole.text,
    )
    .join("");
}
