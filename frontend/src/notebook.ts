/** Source files to notebook cells: a notebook file, a script with cell markers, or one block. Pure text, no DOM. */

/** One code cell, with the note that stands above it in the notebook. */
export interface SourceCell {
  readonly source: string;
  /** The number a notebook shows, `In [n]`; null if it never ran. */
  readonly executionCount: number | null;
  /** The text between the code cells, as written. */
  readonly note: string;
}

/** The file is not what its name says it is. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

/** Reads a file by its name: `.ipynb` as a notebook, anything else as a script. */
export function parseFile(name: string, text: string): SourceCell[] {
  return name.toLowerCase().endsWith(".ipynb") ? parseNotebook(text) : parseScript(text);
}

/** Reads a Jupyter notebook (nbformat 3 or 4). Markdown becomes the note of the next code cell. */
export function parseNotebook(text: string): SourceCell[] {
  const cells: SourceCell[] = [];
  let notes: string[] = [];
  for (const cell of rawCells(text)) {
    if (!isRecord(cell)) continue;
    const source = joined(cell.source ?? cell.input);
    if (cell.cell_type === "code") {
      const count = cell.execution_count ?? cell.prompt_number;
      const executionCount =
        typeof count === "number" && Number.isInteger(count) && count >= 0 ? count : null;
      cells.push({ source, executionCount, note: notes.join("\n\n") });
      notes = [];
    } else if (cell.cell_type === "markdown" || cell.cell_type === "heading") {
      const words = plain(source);
      if (words) notes.push(words);
    }
  }
  return cells;
}

/** Reads a script: `# %%` and `# In[n]:` begin a cell, `# %% [markdown]` a note; without markers it is one cell. */
export function parseScript(text: string): SourceCell[] {
  const cells: SourceCell[] = [];
  let note = "";
  for (const block of blocks(text.replace(/\r\n?/g, "\n"))) {
    if (block.isNote) {
      const words = plain(block.lines.map((line) => line.replace(/^# ?/, "")).join("\n"));
      note = note ? `${note}\n\n${words}` : words;
      continue;
    }
    const source = trimBlankLines(block.lines);
    if (source === "") continue;
    cells.push({ source, executionCount: block.executionCount, note });
    note = "";
  }
  return cells;
}

interface Block {
  lines: string[];
  isNote: boolean;
  executionCount: number | null;
}

const MARKER = /^#\s*%%(.*)$/;
const EXPORTED = /^# In\s?\[\s*(\d*)\s*\]:?\s*$/;

function blocks(text: string): Block[] {
  const found: Block[] = [{ lines: [], isNote: false, executionCount: null }];
  for (const line of text.split("\n")) {
    const marker = MARKER.exec(line);
    const exported = EXPORTED.exec(line);
    if (marker) {
      found.push({
        lines: [],
        isNote: /\[(markdown|md)\]/.test(marker[1] ?? ""),
        executionCount: null,
      });
    } else if (exported) {
      found.push({ lines: [], isNote: false, executionCount: exported[1] ? Number(exported[1]) : null });
    } else {
      found.at(-1)?.lines.push(line);
    }
  }
  return found;
}

function rawCells(text: string): unknown[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new NotebookError("not JSON");
  }
  if (isRecord(document)) {
    if (Array.isArray(document.cells)) return document.cells;
    if (Array.isArray(document.worksheets)) {
      return document.worksheets.flatMap((sheet) =>
        isRecord(sheet) && Array.isArray(sheet.cells) ? sheet.cells : [],
      );
    }
  }
  throw new NotebookError("no cells");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function joined(source: unknown): string {
  if (Array.isArray(source)) return source.filter((line) => typeof line === "string").join("");
  return typeof source === "string" ? source : "";
}

/** Markdown as plain words: pictures go, heading marks and emphasis go, links keep their text. */
function plain(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^#{1,6}\s+/gm, "")
    .replace(/\*\*|__/g, "")
    .trim();
}

function trimBlankLines(lines: string[]): string {
  let start = 0;
  let end = lines.length;
  while (start < end && lines[start]?.trim() === "") start++;
  while (end > start && lines[end - 1]?.trim() === "") end--;
  return lines.slice(start, end).join("\n");
}
