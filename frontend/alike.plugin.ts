/**
 * Compressors find again what was written shortly before (gzip: 32 KB). A script that is ten times that compresses better when its
 * functions stand after those that are most like them, and they may: declarations are hoisted, wherever they stand. So may functions
 * that a name is given to, and classes that depend on nothing.
 */
import { gzipSync } from "node:zlib";
import { type ESTree, minifySync, type Plugin, parseSync } from "vite";

/** So many letters in a row count as something to be found again, among so many that a compressor still sees; which of these is best
 * differs from script to script. */
const TRIED = [
  { gram: 5, sight: 30_000 },
  { gram: 5, sight: 31_500 },
  { gram: 6, sight: 32_500 },
];
/** Keeps texts of a few letters from being taken for the most alike. */
const SHORT = 20;

/** Reorders the functions and classes of a script that is one call of one function, and makes it short again. */
export function alike(): Plugin {
  return {
    name: "gradwalk-alike",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const item of Object.values(bundle))
        if (item.type === "chunk") item.code = smallest(item.fileName, item.code);
    },
  };
}

function smallest(name: string, code: string): string {
  const scripts = TRIED.map(({ gram, sight }) => minifySync(name, reordered(code, sight, gram)).code);
  const sizes = scripts.map((script) => gzipSync(script, { level: 9 }).length);
  return scripts[sizes.indexOf(Math.min(...sizes))] ?? code;
}

function reordered(code: string, sight: number, gram: number): string {
  const body = bodyOf(parseSync("player.js", code, { preserveParens: false }).program);
  const [first, last] = [body[0], body.at(-1)];
  if (!first || !last) return code;
  const textOf = ({ start, end }: ESTree.Node) => code.slice(start, end);
  const moved: string[] = [];
  const kept: string[] = [];
  for (const each of body) {
    if (each.type === "FunctionDeclaration") moved.push(textOf(each));
    else if (each.type === "VariableDeclaration")
      for (const one of each.declarations)
        (isInert(one.init) ? moved : kept).push(`${each.kind} ${textOf(one)};`);
    else kept.push(`${textOf(each)};`);
  }
  return [
    code.slice(0, first.start),
    ...inOrder(moved, sight, gram).map((at) => moved[at] ?? ""),
    ...kept,
    code.slice(last.end),
  ].join("");
}

/** A function, or a class that evaluates nothing when it is declared: it may stand before all that does. */
function isInert(value: ESTree.Expression | null): boolean {
  if (value?.type === "ArrowFunctionExpression" || value?.type === "FunctionExpression") return true;
  return (
    value?.type === "ClassExpression" &&
    value.superClass === null &&
    value.body.body.every((member) => "key" in member && !member.static && !member.computed)
  );
}

function bodyOf({ body: [only] }: ESTree.Program): readonly ESTree.Node[] {
  if (only?.type === "ExpressionStatement" && only.expression.type === "CallExpression") {
    const { callee } = only.expression;
    if (callee.type === "FunctionExpression" && callee.body) return callee.body.body;
  }
  throw new Error("the script is not one call of one function");
}

/** The positions of texts, each after those that it has most in common with; what few have counts most. */
export function inOrder(texts: readonly string[], sight: number, length: number): readonly number[] {
  const { grams, holders } = gramsOf(texts, length);
  const timesInSight = new Int32Array(holders.length);
  const common = new Float64Array(texts.length);
  const see = (gram: number, by: 1 | -1): void => {
    const own = holders[gram] ?? [];
    for (const at of own) common[at] = (common[at] ?? 0) + by / own.length;
  };
  const left = new Set(texts.keys());
  const order: number[] = [];
  for (let size = 0, oldest = 0; left.size > 0; ) {
    const next = bestOf(left, (at) => (common[at] ?? 0) / ((grams[at]?.length ?? 0) + SHORT));
    left.delete(next);
    order.push(next);
    for (const gram of grams[next] ?? []) if (timesInSight[gram]++ === 0) see(gram, 1);
    for (size += texts[next]?.length ?? 0; size > sight; oldest++) {
      const gone = order[oldest] ?? 0;
      size -= texts[gone]?.length ?? 0;
      for (const gram of grams[gone] ?? []) if (--timesInSight[gram] === 0) see(gram, -1);
    }
  }
  return order;
}

/** The rows of so many letters of each text, as numbers, and the texts that have each. */
function gramsOf(texts: readonly string[], length: number): { grams: number[][]; holders: number[][] } {
  const numbers = new Map<string, number>();
  const holders: number[][] = [];
  const grams = texts.map((text, at) => {
    const own = new Set<number>();
    for (let from = 0; from + length <= text.length; from++) {
      const gram = text.slice(from, from + length);
      const number = numbers.get(gram) ?? numbers.size;
      numbers.set(gram, number);
      own.add(number);
    }
    for (const number of own) {
      holders[number] ??= [];
      holders[number].push(at);
    }
    return [...own];
  });
  return { grams, holders };
}

/** The first where several are worth as much. */
function bestOf(positions: Iterable<number>, worth: (at: number) => number): number {
  let [best, most] = [-1, -1];
  for (const at of positions) {
    const now = worth(at);
    if (now > most) [best, most] = [at, now];
  }
  return best;
}
