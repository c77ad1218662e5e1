/** In the place of `packs.ts` in a file that has one language. */
import type * as All from "./packs";

export const PACKS: typeof All.PACKS = {};
export const pathOf: typeof All.pathOf = (language) => language;
