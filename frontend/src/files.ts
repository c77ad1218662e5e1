/** Opening files, by the dialog or by dropping them or a folder, with a word about what went wrong. */
import { words } from "./i18n";
import { NotebookError } from "./notebook";
import { parseFiles, type TextFile } from "./several";
import { nowOpening, openCells } from "./state/cells";
import { notice, pane } from "./state/screen";

interface Named {
  readonly name: string;
  readonly file: File;
}

/** A lesson, and what else it reads and imports. */
export function openFiles(files: Iterable<File>): Promise<void> {
  return nowOpening(read([...files].map((file) => ({ name: file.name, file }))));
}

/** What was dropped; it has to be asked for before the event is over. */
export function openDropped(dropped: DataTransfer): Promise<void> {
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.some((entry) => entry.isDirectory)) return openFiles(dropped.files);
  const [only] = entries;
  const top = only && entries.length === 1 ? `${only.fullPath}/` : "/";
  const found = Promise.all(entries.map(filesIn)).then((each) =>
    each
      .flat()
      .map(({ name, file }) => ({ name: name.slice(top.length), file }))
      .filter(({ name, file }) => READ.test(name) && file.size <= MOST_BYTES),
  );
  return nowOpening(found.then((files) => read(files, true)));
}

/** What of a folder a lesson may read, as long as nothing on the way there is hidden. */
const MOST_BYTES = 4 << 20; // no notebook is longer, and a folder may hold all sorts of data
const READ = /^[^.][^/]*(?:\/[^./][^/]*)*\.(?:py|ipynb|txt|csv|tsv|json)$/i;

async function filesIn(entry: FileSystemEntry): Promise<Named[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ name: entry.fullPath, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives some at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    inside.push(...some);
  }
  inside.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(inside.map(filesIn))).flat();
}

async function read(files: readonly Named[], isFolder = false): Promise<void> {
  const t = words.value.server;
  notice.value = null;
  const texts: TextFile[] = [];
  for (const { name, file } of files) {
    const text = await textOf(file);
    if (text === null) notice.value = t.fileNoText(name);
    else texts.push({ name, text });
  }
  const [first] = files;
  try {
    const lesson = parseFiles(texts, isFolder);
    if (lesson && lesson.cells.length > 0) {
      openCells(lesson.name, lesson.cells);
      pane.value = "code";
    } else if (!notice.value && first) {
      notice.value = t.fileEmpty(first.name);
    }
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    notice.value = t.fileUnreadable(first?.name ?? "");
  }
}

/** Null for what is no text in UTF-8. */
async function textOf(file: File): Promise<string | null> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}
