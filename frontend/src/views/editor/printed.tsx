/** A printed text in which is marked what the other of two runs printed otherwise. */
import type { JSX } from "preact";
import { printsAt } from "../../core/pair/marks";
import { row, runMarks } from "../../state/marked";

/** The first units of an output of a cell. */
export function Printed(props: { text: string; cell: number; output: number }): JSX.Element {
  const { text, cell, output } = props;
  let done = 0;
  const pieces = printsAt(runMarks.value, cell, output, row.value).map(([from, to]) => {
    const plain = text.slice(done, from);
    done = to;
    return (
      <>
        {plain}
        <mark class="printed-differs" data-printed-differs>
          {text.slice(from, to)}
        </mark>
      </>
    );
  });
  return (
    <>
      {pieces}
      {text.slice(done)}
    </>
  );
}
