/** Which marks the step puts into a cell's code. */
import type { Span } from "../../schema/trace";
import type { EditedCell } from "../../state/cells";
import { step } from "../../state/player";
import { cellOfRun, isEdited, run } from "../../state/run";

/** What the step is about, in one cell: the sub-expression to light and the statement it is in. */
export interface Marks {
  readonly lit: Span | null;
  readonly statement: Span | null;
  readonly backward: boolean;
}

/** The header of a compound statement is marked alone: its body has lines of its own. */
const COMPOUND = /^\s*(async\s+)?(def|class|if|elif|else|while|for|with|try|except|finally|match|case|@)\b/;

/** The last line that a statement marks; `header` is the text of its first. */
export function lastMarked({ line, end_line }: Span, header: string): number {
  return COMPOUND.test(header) ? line : end_line;
}

/** Null where the step is about another cell, or the cell's text is no longer what ran. */
export function marksOf(cell: EditedCell): Marks | null {
  const current = step.value;
  const trace = run.value?.trace;
  const at = cellOfRun(cell);
  if (!current || !trace || at === null || isEdited(cell)) return null;
  const inThisCell = (index: number | null) => {
    const span = index === null ? undefined : trace.spans[index];
    return span?.cell === at ? span : null;
  };
  // Backward, what is lit is the expression whose derivative is at work; the line is the one that called backward().
  const node = current.kind === "vjp" && current.node !== null ? trace.nodes[current.node] : undefined;
  const op = node?.op == null ? undefined : trace.ops[node.op];
  const lit = inThisCell(op?.span ?? current.span);
  const statement = inThisCell(current.line);
  if (!lit && !statement) return null;
  return { lit, statement, backward: current.direction === "backward" };
}
