/** In the place of those words where nothing can be run: the file that plays a trace by itself. */
import type { making as All } from "./making.en";

export const making = {} as typeof All;
