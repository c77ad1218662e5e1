/** In the place of `keep-place.ts` where one run takes no other's place. */
import type * as All from "./keep-place";

export const correspondingPosition: typeof All.correspondingPosition = () => 1;
