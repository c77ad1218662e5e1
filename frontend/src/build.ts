/** What this build is for. */

/** True in the file that plays a trace by itself: what needs a server is left out of it. */
export const STANDALONE: boolean = import.meta.env.MODE === "standalone";

/** The only language that the words are in; null: all of them. */
export const ONLY_LANGUAGE: "en" | "zh" | null = import.meta.env.ONLY_LANGUAGE ?? null;
