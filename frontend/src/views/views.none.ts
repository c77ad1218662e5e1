/** In the place of views that a file which plays by itself never shows: checks of `build.ts` come before them. */
const nothing = () => null;

export {
  nothing as Because,
  nothing as Compare,
  nothing as Differs,
  nothing as Legend,
  nothing as Mended,
  nothing as Reveal,
  nothing as WhatIf,
};
