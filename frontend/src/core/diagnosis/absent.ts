/** In the place of what explains failures of other kinds, in a file that plays by itself: it explains those of its own run. */
import type * as Cuts from "./cuts";
import type * as Errors from "./errors";
import type { Kind } from "./kind";
import type * as Kinds from "./kinds";
import type * as Passes from "./passes";
import type * as Target from "./target";

const none: readonly Kind[] = [];

export {
  none as ANSWERS,
  none as AXES,
  none as DTYPES,
  none as FUNCTIONS,
  none as HOOKS,
  none as JOINS,
  none as LAYERS,
  none as LINEAR,
  none as MODULES,
  none as PRODUCTS,
  none as RETURNED,
  none as SHAPES,
};

const nothing = () => null;
export const diagnoseCall: typeof Kinds.diagnoseCall = nothing;
export const diagnoseUntracked: typeof Cuts.diagnoseUntracked = nothing;
export const diagnoseError: typeof Errors.diagnoseError = nothing;
export const diagnosePass: typeof Passes.diagnosePass = nothing;
export const diagnoseTarget: typeof Target.diagnoseTarget = nothing;
