/** The notebook: its cells in order. */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { words } from "../../i18n";
import { Icon } from "../../icons";
import { addCell, cells, openings } from "../../state/cells";
import { Watch } from "../lessons";
import { Cell } from "./cell";

export function Editor(): JSX.Element {
  const t = words.value.editor;
  const scroller = useRef<HTMLDivElement>(null);
  // What was opened is read from its beginning.
  useSignalEffect(() => {
    if (openings.value) scroller.current?.scrollTo(0, 0);
  });
  return (
    <section class="pane editor" data-testid="editor" data-pane="code" aria-label={t.label}>
      <div class="scroller" ref={scroller}>
        <Watch />
        <ol class="cells">
          {cells.value.map((cell, index) => (
            <Cell key={cell.id} cell={cell} index={index} />
          ))}
        </ol>
        <button type="button" class="button quiet add-cell" onClick={() => addCell()}>
          <Icon name="plus" size={16} /> {words.value.cells.addFirst}
        </button>
      </div>
    </section>
  );
}
