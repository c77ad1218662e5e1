/** Opening a file, by the dialog or by dropping it, with a word about what went wrong. */
import { words } from "./i18n";
import { NotebookError, parseFile } from "./notebook";
import { nowOpening, openCells } from "./state/cells";
import { notice, pane } from "./state/screen";

export function openFile(file: File): Promise<void> {
  return nowOpening(read(file));
}

async function read(file: File): Promise<void> {
  const t = words.value.server;
  notice.value = null;
  try {
    const cells = parseFile(file.name, await file.text());
    if (cells.length > 0) {
      openCells(file.name, cells);
      pane.value = "code";
    } else {
      notice.value = t.fileEmpty(file.name);
    }
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    notice.value = t.fileUnreadable(file.name);
  }
}
