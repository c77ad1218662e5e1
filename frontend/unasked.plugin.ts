/**
 * Preact and its signals can do more than a file that plays by itself asks of them: life cycles that none of our components has, contexts,
 * portals, components that wait, markup as text, taking over what a server has drawn; signals that stand in the place of a text, that tell
 * who watches them, that have names for whoever debugs them. There they get the answer at once that they would get each time, and the
 * build leaves out what hangs on it.
 */
import type { Plugin } from "vite";

const CYCLES =
  /(?<![\w$.])[\w$]+\.(?:getDerivedStateFrom\w+|componentWillReceiveProps|componentWillMount|componentDidUpdate|componentDidCatch|getChildContext|getSnapshotBeforeUpdate|contextType)(?![\w$]|=[^=])/g;
type Answers = readonly (readonly [question: RegExp, answer: string])[];

const OF_PREACT: Answers = [
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

const OF_SIGNALS_CORE: Answers = [
  // Who is told when a signal begins or ceases to be watched, and what it is called.
  [/this\.W=null==i\?void 0:i\.watched;this\.Z=null==i\?void 0:i\.unwatched;/, ""],
  [/;?this\.name=null==i\?void 0:i\.name/g, ""],
  [/;else f\(\(\)=>\{var t;null==\(t=this\.W\)\|\|t\.call\(this\)\}\)/, ""],
  [/if\(void 0===n\)f\(\(\)=>\{var t;null==\(t=this\.Z\)\|\|t\.call\(this\)\}\)/, ""],
  [/\w\.prototype\.brand=t;/, ""],
  // Signals as text, and as what is subscribed to; effects that a model owns, or a `using` ends.
  [/\w\.prototype\.subscribe=function\(t\)\{.*?\{name:"sub"\}\)\};/, ""],
  [/\w\.prototype\.(?:valueOf|toString|toJSON|dispose)=function\(\)\{[^{}]*\};/g, ""],
  [/;if\(s\)s\.push\(this\)/, ""],
  [/const (\w)=\w\.d\.bind\(\w\);\1\[Symbol\.dispose\]=\1;return \1/, "return n.d.bind(n)"],
  [/if\(o!==this\)throw new Error\("Out-of-order effect"\);/, ""],
];
const OF_SIGNALS: Answers = [
  // The component that a signal in the place of a text is.
  [/function w\(\{data:t\}\)\{.*?(?=b\("__b",)/, ""],
  [/"function"==typeof n\.type\?n\.type\.displayName\|\|n\.type\.name:""/, '""'],
  [/,\{name:i\}/, ""],
  [/"__source"!==i&&/, ""],
  [/e\.requestAnimationFrame\|\|/g, ""],
];

const LIBRARIES: readonly (readonly [file: RegExp, answers: Answers])[] = [
  [/\/preact\/dist\/preact\.mjs$/, OF_PREACT],
  [/\/signals-core\/dist\/signals-core\.mjs$/, OF_SIGNALS_CORE],
  [/\/signals\/dist\/signals\.mjs$/, OF_SIGNALS],
];

export function unasked(): Plugin {
  return {
    name: "gradwalk-unasked",
    enforce: "pre",
    transform(code, id) {
      const answers = LIBRARIES.find(([file]) => file.test(id))?.[1];
      if (!answers) return null;
      return {
        code: answers.reduce((text, [question, answer]) => answered(text, question, answer), code),
        map: null,
      };
    },
  };
}

/** Another version of a library may ask in other words: then this list has to be gone through again. */
function answered(code: string, question: RegExp, answer: string): string {
  const found = code.replace(question, answer);
  if (found === code) throw new Error(`nothing is asked like ${question}`);
  return found;
}
