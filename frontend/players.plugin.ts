/**
 * What goes wrong differs from run to run, and all that explains it would be too much for one file. So there are several players: each
 * has what explains failures of one kind. `players.json` says for whoever puts a run into one which messages each of them knows.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ESTree, type Plugin, parseSync, Visitor } from "vite";

/** The modules of `core/diagnosis/` that a player has of those that not each has. */
const PLAYERS: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL("players.json", import.meta.url), "utf8"),
);
const MODULES = Object.values(PLAYERS).flat();

/** All but these are about calls. */
const OF_THE_GRAPH = ["cuts", "errors", "passes", "plain"];
/** This is about calls that did not fail. */
const OF_WARNED_CALLS = "target";
/** The player of runs that did not end in an error. */
const PLAIN = "plain";

/** These are about calls, too, but in a file of an error without a table of what their operands are. */
const WITHOUT_TABLES = ["hooks", OF_WARNED_CALLS];

/** Whether a player explains calls: those that failed, or that a warning is about. */
export const hasCalls = (player: string): boolean =>
  PLAYERS[player]?.some((module) => !OF_THE_GRAPH.includes(module)) ?? false;

/** Whether a player draws operands below each other, to show what does not fit. */
export const hasTables = (player: string): boolean =>
  player === PLAIN ||
  (PLAYERS[player]?.some((module) => !OF_THE_GRAPH.includes(module) && !WITHOUT_TABLES.includes(module)) ??
    false);

/** Whether a player explains calls that failed: `kinds.ts` goes through what explains those. */
const hasFailedCalls = (player: string): boolean =>
  PLAYERS[player]?.some((module) => !OF_THE_GRAPH.includes(module) && module !== OF_WARNED_CALLS) ?? false;

/** Whether a player is for runs that ended in an error: nothing stopped them. */
export const isOfErrors = (player: string): boolean => player !== PLAIN;

const SOURCES = fileURLToPath(new URL("src/", import.meta.url));
const DIAGNOSIS = `${SOURCES}core/diagnosis/`;
/** What a module of the diagnosis needs of the others, but for types. */
const IMPORTED = /^(?:import|export) (?!type)[^;]*? from "\.\/([\w.-]+)";/gm;
const SENTENCES = /\/sentences\.[\w.]+\.ts$/;
const OF_STEPS = `${SOURCES}core/sentences.`;
const OF_STOPS = /^stop[A-Z]/;

export function explaining(player: string): Plugin {
  const own = PLAYERS[player] ?? [];
  const absent = MODULES.filter((name) => !own.includes(name));
  if (!hasFailedCalls(player)) absent.push("kinds");
  const isSaid = told(absent);
  return {
    name: "gradwalk-explaining",
    enforce: "pre",
    resolveId: (source, importer) =>
      importer?.startsWith(DIAGNOSIS) && absent.includes(source.replace("./", ""))
        ? `${DIAGNOSIS}absent.ts`
        : null,
    transform(code, id) {
      if (isOfErrors(player) && id.startsWith(OF_STEPS))
        return { code: without(id, code, (key) => OF_STOPS.test(key)), map: null };
      if (!id.startsWith(DIAGNOSIS) || !id.endsWith(".ts")) return null;
      return {
        code: SENTENCES.test(id)
          ? without(id, code, (key) => !isSaid(key))
          : without(id, untried(id, code), (name) => name === "fit" && !hasTables(player)),
        map: null,
      };
    },
    writeBundle({ dir }) {
      writeFileSync(`${dir}/players.json`, JSON.stringify(messagesKnown(), null, 1));
    },
  };
}

/** For each player of errors that is not for the rest of them, the patterns of the messages that it explains. */
export function messagesKnown(): Record<string, string[]> {
  const known = Object.entries(PLAYERS)
    .filter(([name]) => isOfErrors(name))
    .map(([name, modules]) => [name, modules.flatMap(messagesOf)] as const);
  return Object.fromEntries(known.filter(([, messages]) => messages.length > 0));
}

/** Which sentences the code that is left can say. */
function told(absent: readonly string[]): (key: string) => boolean {
  const left = new Set<string>();
  const visit = (name: string): void => {
    if (left.has(name) || absent.includes(name)) return;
    left.add(name);
    for (const [, next] of sourceOf(name).matchAll(IMPORTED)) visit(next ?? "");
  };
  visit("index");
  // The page fetches it.
  visit("calls");
  const others = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith("core/diagnosis/"),
  );
  const code = [
    ...[...left].filter((name) => !name.startsWith("sentences.")).map(sourceOf),
    ...others.map((name) => readFileSync(SOURCES + name, "utf8")),
  ];
  const names = new Set([...code.join("\n").matchAll(/"(\w+)"/g)].map(([, name]) => name));
  // Nothing is tried in a file (`untried`), so nothing is told of trials.
  return (key) => names.has(key) && !key.startsWith("trial");
}

const sourceOf = (name: string): string => {
  const id = `${DIAGNOSIS}${name}.ts`;
  return untried(id, readFileSync(id, "utf8"));
};

/** A file runs nothing, so it offers no change that would have to be tried, and need not know where operands stand. */
const untried = (id: string, code: string): string =>
  id.startsWith(DIAGNOSIS) ? without(id, code, (name) => name === "tries" || name === "part") : code;

/** The code without some of its objects' properties. */
function without(id: string, code: string, isOut: (name: string) => boolean): string {
  const out: ESTree.ObjectProperty[] = [];
  new Visitor({
    Property(each) {
      if (each.type === "Property" && each.key.type === "Identifier" && isOut(each.key.name)) out.push(each);
    },
  }).visit(parseSync(id, code).program);
  return out.reduceRight(
    (text, { start, end }) => text.slice(0, start) + text.slice(end).replace(/^\s*,/, ""),
    code,
  );
}

/** The patterns of the messages that a module explains. */
function messagesOf(module: string): string[] {
  const id = `${DIAGNOSIS}${module}.ts`;
  const found: string[] = [];
  new Visitor({
    Property({ key, value }) {
      if (key.type === "Identifier" && key.name === "says" && value.type === "Literal" && "regex" in value)
        found.push(value.regex.pattern);
    },
  }).visit(parseSync(id, readFileSync(id, "utf8")).program);
  return found;
}
