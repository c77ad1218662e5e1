/** The code of a cell that writes a file: closed until a step comes into it, or somebody opens it. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fileOf } from "../core/cells";
import type { EditedCell } from "../state/cells";
import { marksOf } from "./code/marks";
import { useSteady } from "./steady";
import "../style/file-fold.css";

export function FileFold(props: { cell: EditedCell; children: ComponentChildren }): JSX.Element {
  const { cell, children } = props;
  const [isOpen, open] = useState(false);
  const name = useSteady(() => fileOf(cell.source.value), [cell]);
  const isLit = useSteady(() => marksOf(cell)?.lit != null, [cell]);
  useEffect(() => {
    if (isLit) open(true);
  }, [isLit]);
  if (name === null) return <>{children}</>;
  return (
    <details class="cell-file" open={isOpen} onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary class="mono">{name}</summary>
      {children}
    </details>
  );
}
