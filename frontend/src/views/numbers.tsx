/** Numbers in full where there are few, as a picture with statistics where there are many; every one can be looked up. */
import type { JSX } from "preact";
import { formatNumbers, formatTable, signed } from "../core/format";
import { count, type Numbers as NumbersData } from "../core/values";
import { words } from "../i18n";
import { browsed } from "../state/browsing";
import { HeatTable } from "./values/heat-table";
import { OddityRemark } from "./values/oddity";
import { Picture } from "./values/picture";

const MAX_LINE = 8;
const MAX_ROWS = 8;
const MAX_COLUMNS = 8;
/** As many numbers as stand side by side in the pane. */
const MAX_TABLED = 5;
const MAX_LETTERS = 20;

export function Numbers(props: {
  numbers: NumbersData;
  /** What they are of: the heading of the window that lists them all. */
  name: string;
  gradient?: boolean;
  sign?: boolean;
}): JSX.Element {
  const { numbers, name } = props;
  const size = count(numbers.shape);
  const remark = <OddityRemark numbers={numbers} />;
  const columns = numbers.shape.at(-1) ?? 1;
  const tabled =
    numbers.shape.length === 2 || (numbers.shape.length === 1 && columns <= MAX_TABLED && !props.sign);
  const table = tabled && size > 1 ? formatTable(numbers, MAX_ROWS, MAX_COLUMNS) : null;
  // Side by side, long numbers would run out of the pane: then they are a line, which breaks.
  const isWide = numbers.shape.length === 1 && (table?.[0]?.join("").length ?? 0) > MAX_LETTERS;
  if (table && !isWide) {
    return (
      <>
        <HeatTable table={table} numbers={numbers} />
        {remark}
      </>
    );
  }
  if (numbers.shape.length < 2 && size <= MAX_LINE) {
    return (
      <>
        <p class={props.gradient ? "numbers mono gradient" : "numbers mono"}>
          {props.sign ? signed(formatNumbers(numbers, MAX_LINE)) : formatNumbers(numbers, MAX_LINE)}
        </p>
        {remark}
      </>
    );
  }
  return (
    <>
      <Picture numbers={numbers} />
      {remark}
      <button
        type="button"
        class="link"
        data-testid="browse"
        onClick={() => {
          browsed.value = { name, numbers };
        }}
      >
        {words.value.seeing.browse}
      </button>
    </>
  );
}
