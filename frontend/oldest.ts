/** The oldest browsers that the page is built for, as docs/browsers.md says; what they lack is in `src/older.ts`. */
export const OLDEST = ["chrome109", "firefox115", "safari15.4", "ios15.4"];
