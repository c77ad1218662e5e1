/**
 * Preact can do more than a file that plays by itself asks of it: life cycles that none of our components has, contexts, portals,
 * components that wait, markup as text, taking over what a server has drawn. There it gets the answer at once that it would get
 * each time, and the build leaves out what hangs on it.
 */
import type { Plugin } from "vite";

const PREACT = /\/preact\/dist\/preact\.mjs$/;
const CYCLES =
  /(?<![\w$.])[\w$]+\.(?:getDerivedStateFrom\w+|componentWillReceiveProps|componentWillMount|componentDidUpdate|componentDidCatch|getChildContext|getSnapshotBeforeUpdate|contextType)(?![\w$]|=[^=])/g;
const UNASKED: readonly (readonly [question: RegExp, answer: string])[] = [
  [CYCLES, "null"],
  // What others may have put in: what makes a node, hears an event, says when to draw.
  [/(?<![\w$.])[\w$]+\.(?:vnode|event|debounceRendering)(?![\w$])/g, "null"],
  // Elements and attributes that need care.
  [/"(?:template|textarea|progress|popover|foreignObject)"==[\w$]+/g, "!1"],
  [/"(?:textarea|progress|popover)"!=[\w$]+/g, "!0"],
  // A portal's component.
  [/(?<![\w$.])[\w$]+\.props\.__P(?![\w$])/g, "null"],
  // A promise that was thrown.
  [/(?<![\w$.])([\w$]+)&&\1\.then(?![\w$])/g, "!1"],
  // Flags of a tree that a server has drawn, and the comments in it.
  [/(?<![\w$.|])32&(?:[\w$]+\.)+__u/g, "0"],
  [/(?<![\w$.])128&[\w$]+\.__u/g, "0"],
  [/(?<![\w$.])8==[\w$]+\.nodeType/g, "!1"],
  [/(?<![\w$.])[\w$]+\.data\.startsWith\("\/?\$s"\)/g, "!1"],
  [/(?<![\w$.])([\w$]+)\.__m&&\1\.__m\([^)]*\),/g, ""],
  [/"dangerouslySetInnerHTML"==[\w$]+/g, "!1"],
  // What React calls attributes of a drawing.
  [/\.replace\(\/xlink\(H\|:h\)\/,"h"\)\.replace\(\/sName\$\/,"s"\)/g, ""],
];

export function unasked(): Plugin {
  return {
    name: "gradwalk-unasked",
    enforce: "pre",
    transform(code, id) {
      if (!PREACT.test(id)) return null;
      return {
        code: UNASKED.reduce((text, [question, answer]) => answered(text, question, answer), code),
        map: null,
      };
    },
  };
}

/** Another version of Preact may ask in other words: then this list has to be gone through again. */
function answered(code: string, question: RegExp, answer: string): string {
  const found = code.replace(question, answer);
  if (found === code) throw new Error(`Preact asks nothing like ${question}`);
  return found;
}
