/** The oldest browsers that the page is built for, as docs/browsers.md says. They read what the language had in 2022 but for blocks
 * in classes and patterns that look behind; what they have beyond that, `src/browsers.d.ts` declares. */
export const OLDEST = ["chrome109", "firefox115", "safari15.4", "ios15.4"];
