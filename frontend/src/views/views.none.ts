/** In the place of views that a file which plays by itself never shows: their checks for `STANDALONE` come before them. */
const nothing = () => null;

export { nothing as Compare, nothing as Differs, nothing as Mended, nothing as WhatIf };
