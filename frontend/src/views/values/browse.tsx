/** Every value of a tensor: a window with its last two axes as a table, and the place on the other axes to choose. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { STANDALONE } from "../../build";
import { formatElement, grouped } from "../../core/format";
import { spliced } from "../../core/lists";
import { count, type Numbers } from "../../core/values";
import { heatFill, scaleOf, shownAs } from "../../graph/heat";
import { words } from "../../i18n";
import { Icon } from "../../icons";
import { type Browsed, browsed } from "../../state/browsing";
import { startRun } from "../../state/request";
import { elements, MOST_ELEMENTS } from "../../state/run";
import { onlyPlays } from "../../state/server";
import { TINT } from "./heat-table";
import { Scale } from "./scale";

/** Rows and columns that are drawn at a time: the rest comes as one scrolls. */
const WINDOW = { rows: 40, columns: 24 };
const ROW = 26;
const COLUMN = 84;

export function Browse(): JSX.Element {
  const shown = browsed.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (shown && !element?.open) element?.showModal();
    else if (!shown && element?.open) element.close();
  }, [shown]);
  const close = () => {
    browsed.value = null;
  };
  return (
    <dialog
      ref={dialog}
      class="help browse"
      data-testid="all-values"
      aria-labelledby="browse-title"
      onClose={close}
    >
      {shown ? <Content shown={shown} close={close} /> : null}
    </dialog>
  );
}

function Content({ shown, close }: { shown: Browsed; close: () => void }): JSX.Element {
  const t = words.value.seeing;
  const { name, numbers } = shown;
  const outer = numbers.shape.slice(0, -2);
  const [place, setPlace] = useState(() => outer.map(() => 0));
  return (
    <>
      <div class="help-head">
        <h2 id="browse-title" class="mono">
          {t.browseOf(name, `[${numbers.shape.join(", ")}]`)}
        </h2>
        <button type="button" class="button quiet square" aria-label={t.close} onClick={close}>
          <Icon name="close" size={18} />
        </button>
      </div>
      <div class="browse-tools">
        {outer.map((length, axis) => (
          <label key={axis}>
            {t.axis(axis)}{" "}
            <input
              type="number"
              min={0}
              max={length - 1}
              value={place[axis]}
              onInput={({ currentTarget }) => {
                const at = Math.max(0, Math.min(length - 1, Math.round(currentTarget.valueAsNumber || 0)));
                setPlace(spliced(place, axis, 1, at));
              }}
            />
          </label>
        ))}
        <Scale scale={scaleOf(numbers)} strength={TINT} />
      </div>
      <Grid numbers={numbers} place={place} />
      <Unlisted numbers={numbers} close={close} />
    </>
  );
}

function Grid({ numbers, place }: { numbers: Numbers; place: readonly number[] }): JSX.Element {
  const [corner, setCorner] = useState({ row: 0, column: 0 });
  const { shape, data } = numbers;
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length > 1 ? (shape.at(-2) ?? 1) : 1;
  const start = place.reduce((before, at, axis) => before + at * count(shape.slice(axis + 1)), 0);
  const scale = scaleOf(numbers);
  const many = (from: number, most: number, all: number) =>
    Array.from({ length: Math.max(0, Math.min(most, all - from)) }, (_, i) => from + i);
  const shownRows = many(corner.row, WINDOW.rows, rows);
  const shownColumns = many(corner.column, WINDOW.columns, columns);
  return (
    <section
      class="browse-scroll mono"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keys that scroll it
      tabIndex={0}
      aria-label={words.value.seeing.browse}
      onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => {
        const row = Math.max(0, Math.floor(scrollTop / ROW) - 8);
        const column = Math.max(0, Math.floor(scrollLeft / COLUMN) - 4);
        if (row !== corner.row || column !== corner.column) setCorner({ row, column });
      }}
    >
      <div style={{ width: `${(columns + 1) * COLUMN}px`, height: `${(rows + 1) * ROW}px` }}>
        <table
          style={{ transform: `translate(${corner.column * COLUMN}px, ${corner.row * ROW}px)` }}
          aria-rowcount={rows + 1}
          aria-colcount={columns + 1}
        >
          <thead>
            <tr>
              <td />
              {shownColumns.map((column) => (
                <th key={column} scope="col" aria-colindex={column + 2}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shownRows.map((row) => (
              <tr key={row} aria-rowindex={row + 2}>
                <th scope="row">{row}</th>
                {shownColumns.map((column) => {
                  const position = start + row * columns + column;
                  const value = data[position] ?? null;
                  const tint = shownAs(value, scale);
                  return (
                    <td
                      key={column}
                      data-odd={tint.odd ?? undefined}
                      title={
                        value === null
                          ? words.value.seeing.unrecorded
                          : numbers.parts
                            ? formatElement(numbers, position)
                            : String(value)
                      }
                      style={tint.odd ? undefined : { background: heatFill(tint, TINT) }}
                    >
                      {value === null ? "·" : formatElement(numbers, position)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The run lists the first values of a large tensor; asked to, it lists more. */
function Unlisted({ numbers, close }: { numbers: Numbers; close: () => void }): JSX.Element | null {
  const t = words.value.seeing;
  const total = count(numbers.shape);
  const known = numbers.data.filter((value) => value !== null).length;
  if (known >= total) return null;
  return (
    <p class="browse-note muted">
      {t.unlisted(grouped(known), grouped(total))}{" "}
      {!STANDALONE && elements.value < MOST_ELEMENTS && !onlyPlays.value ? (
        <button
          type="button"
          class="button"
          onClick={() => {
            elements.value = MOST_ELEMENTS;
            close();
            void startRun();
          }}
        >
          {words.value.cells.recordMore(grouped(Math.min(total, MOST_ELEMENTS)))}
        </button>
      ) : null}
    </p>
  );
}
