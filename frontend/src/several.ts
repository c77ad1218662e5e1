/** Several files as one lesson: cells that write what it reads and imports, and then its own. Pure text, no DOM. */
import { parseFile, type SourceCell } from "./notebook";

/** A text by the path at which the lesson finds it. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface OpenedFiles {
  readonly name: string;
  readonly cells: SourceCell[];
}

const IMPORT = /^[ \t]*(?:from[ \t]+([\p{L}\p{N}_.]+)[ \t]+)?import[ \t]+([\p{L}\p{N}_., \t]+)/gmu;

/**
 * The lesson is the notebook among the files, else the script that no other imports and that names most of the others. Everything
 * else comes before it, but for other notebooks, which nothing can import. Of a folder, which holds all sorts of things, only what
 * is named by the lesson comes, and what that names.
 */
export function parseFiles(files: readonly TextFile[], isFolder = false): OpenedFiles | null {
  const lesson = lessonOf(files);
  if (!lesson) return null;
  let others = files.filter((file) => file !== lesson && !isNotebook(file));
  if (isFolder) {
    const named = new Set([lesson]);
    for (const text of named) for (const file of others) if (isNamedIn(text.text, file)) named.add(file);
    others = others.filter((file) => named.has(file));
  }
  return { name: lesson.name, cells: [...others.map(writing), ...parseFile(lesson.name, lesson.text)] };
}

const isNotebook = ({ name }: TextFile) => name.toLowerCase().endsWith(".ipynb");

/** By its name; a module, or a package, by the word that imports it. */
function isNamedIn(text: string, { name }: TextFile): boolean {
  const parts = name.replace(/\/__init__\.py$/, "").split("/");
  const last = parts.at(-1) ?? "";
  const word = last.replace(/\.py$/, "").replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  // A module's name may be in Chinese, of which `\b` sees no end; and a pattern that looks behind older Safaris cannot read.
  const alone = `(?:^|[^\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`;
  return name.endsWith(".py") ? new RegExp(alone, "u").test(text) : text.includes(last);
}

function lessonOf(files: readonly TextFile[]): TextFile | undefined {
  if (files.length < 2) return files[0];
  const notebook = files.find(isNotebook);
  if (notebook) return notebook;
  const scripts = files.filter(({ name }) => name.endsWith(".py"));
  const imported = new Set(scripts.flatMap(({ text }) => importsOf(text)));
  const isTop = ({ name }: TextFile) => !name.includes("/") && !imported.has(name.slice(0, -".py".length));
  const asked = ({ text }: TextFile) => files.filter((file) => isNamedIn(text, file)).length;
  const tops = scripts.filter(isTop);
  return tops.find((top) => tops.every((other) => asked(other) <= asked(top))) ?? scripts[0];
}

/** The outermost names of what a script imports. */
function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, from, names]) =>
    (from ?? names ?? "").split(",").map((name) => name.trim().split(/[.\s]/, 1)[0] ?? ""),
  );
}

/** A cell that writes a file has no number of its own: the next one has the first. */
function writing({ name, text }: TextFile): SourceCell {
  const quoted = /\s/.test(name) ? `"${name}"` : name;
  return { source: `%%writefile ${quoted}\n${text.replace(/\r\n?/g, "\n")}`, executionCount: 0, note: "" };
}
