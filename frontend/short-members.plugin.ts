/**
 * A compressor pays for each letter of a name that it sees for the first time in 32 KB. What our own classes and interfaces call their
 * members has short names in a file that plays by itself; nobody outside of it reads them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ESTree, type Plugin, parseSync, Visitor } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const WORD = /[A-Za-z_$][\w$]*/g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;
/** A member, a parameter, a function: what follows a name that is declared. */
const DECLARED = /[A-Za-z_$][\w$]*(?=\??\s*[:(<])/g;

/** Where members are declared that are the script's own. */
const FOLDERS = ["core", "graph", "i18n", "layout", "player", "state", "views"];
/** What these declare is read elsewhere: in a link, a message, what a browser keeps. */
const READ_ELSEWHERE =
  /(?:link|messages|settings|speaker|worker|kept[\w-]*|client|element|embed|file|talk|together|frames)\.tsx?$/;

/** Names that mean something to others: to the browser, to the libraries, in a trace. */
function foreign(): Set<string> {
  const libraries = here("node_modules/typescript/lib/");
  const preact = here("node_modules/preact/src/");
  const declarations = (folder: string, pattern: RegExp): string[] =>
    readdirSync(folder)
      .filter((name) => pattern.test(name))
      .map((name) => readFileSync(folder + name, "utf8").replace(COMMENT, ""));
  return new Set([
    ...declarations(libraries, /^lib\..*\.d\.ts$/).flatMap((text) => text.match(DECLARED) ?? []),
    ...declarations(preact, /\.d\.ts$/).flatMap((text) => text.match(WORD) ?? []),
    ...(readFileSync(here("src/schema/trace.schema.json"), "utf8").match(WORD) ?? []),
  ]);
}

/** What the sources' classes and interfaces call their members; what is read elsewhere by that name is none of it. */
function declared(): Set<string> {
  const own = new Set<string>();
  const elsewhere = new Set<string>();
  for (const folder of FOLDERS)
    for (const name of readdirSync(here(`src/${folder}`), { recursive: true, encoding: "utf8" })) {
      if (!/\.tsx?$/.test(name)) continue;
      const names = READ_ELSEWHERE.test(name) ? elsewhere : own;
      const add = ({ key }: { key: ESTree.Node }): void => {
        if (key.type === "Identifier") names.add(key.name);
      };
      const path = here(`src/${folder}/${name}`);
      new Visitor({
        ...(folder === "i18n" ? { Property: add } : {}),
        TSPropertySignature: add,
        TSMethodSignature: add,
        PropertyDefinition: add,
        MethodDefinition: add,
      }).visit(parseSync(path, readFileSync(path, "utf8")).program);
    }
  for (const name of elsewhere) own.delete(name);
  return own;
}

export function shortMembers(): Plugin {
  return {
    name: "gradwalk-short-members",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const item of Object.values(bundle))
        if (item.type === "chunk") item.code = withShortMembers(item.code, declared(), foreign());
    },
  };
}

/** The script with short names for those of `own` that it speaks of nowhere but as members, and that are none of `others`. */
export function withShortMembers(code: string, own: Iterable<string>, others: ReadonlySet<string>): string {
  const { spots, spoken } = membersOf(code);
  const times = new Map<string, number>();
  for (const { name } of spots) times.set(name, (times.get(name) ?? 0) + 1);
  const renamed = [...own]
    .filter((name) => times.has(name) && !spoken.has(name) && !others.has(name))
    .sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0) || (a < b ? -1 : 1));
  const short = new Map<string, string>();
  const free = unused(new Set([...times.keys(), ...others]));
  for (const name of renamed) short.set(name, free.next().value ?? name);
  return spots.reduceRight((text, { start, end, name, isShorthand }) => {
    const to = short.get(name);
    return to === undefined
      ? text
      : text.slice(0, start) + to + (isShorthand ? `:${name}` : "") + text.slice(end);
  }, code);
}

interface Spot {
  start: number;
  end: number;
  name: string;
  /** `{ name }` is both a member and a variable. */
  isShorthand: boolean;
}

/** Where the script names members, in order; and the words in its texts, by which members may be asked for. */
function membersOf(code: string): { spots: Spot[]; spoken: Set<string> } {
  const spots: Spot[] = [];
  const spoken = new Set<string>();
  const note = (key: ESTree.Node, isComputed: boolean, isShorthand = false): void => {
    if (!isComputed && key.type === "Identifier")
      spots.push({ start: key.start, end: key.end, name: key.name, isShorthand });
  };
  const speak = (text: string): void => {
    for (const word of text.match(WORD) ?? []) spoken.add(word);
  };
  new Visitor({
    Literal: ({ value }) => typeof value === "string" && speak(value),
    TemplateElement: ({ value }) => speak(value.raw),
    MemberExpression: ({ property, computed }) => note(property, computed),
    Property: ({ key, computed, shorthand }) => note(key, computed, shorthand),
    MethodDefinition: ({ key, computed }) => note(key, computed),
    PropertyDefinition: ({ key, computed }) => note(key, computed),
  }).visit(parseSync("player.js", code).program);
  return { spots: spots.sort((a, b) => a.start - b.start), spoken };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Names of one letter, then of two. */
function* unused(taken: ReadonlySet<string>): Generator<string, undefined> {
  for (const before of ["", ...LETTERS])
    for (const letter of LETTERS) if (!taken.has(before + letter)) yield before + letter;
}
