/** In the place of words of what a file that plays a trace by itself has not. */
import type { asking as Asking } from "./asking.en";
import type { making as Making } from "./making.en";

export const making = {} as typeof Making;
export const asking = {} as typeof Asking;
