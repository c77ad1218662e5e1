/** The middle of a card: the variable and its value, as numbers on tints, a small table, or heatmap and histogram. */
import type { JSX } from "preact";
import { STANDALONE } from "../../build";
import type { Run } from "../../core/run";
import { statisticsOf } from "../../core/statistics";
import type { Card } from "../../core/types";
import { numbersOf } from "../../core/values";
import { BAND, type CardFace, NAME_GAP, oddWidth, PAD } from "../../graph/face";
import { heatFill, heatOf, heatPaths } from "../../graph/heat";
import { fitName, fitText, type Measure, TYPE } from "../../graph/measure";
import { COLUMN_GAP, columnWidth, PICTURE, type Shown, showValue, TABLE_ROW } from "../../graph/shown";
import type { Messages } from "../../i18n/en";
import { Odd } from "./odd";

/** Under print the tints stay pale enough to read the numbers. */
const TINT = 0.36;
const BASELINE = BAND + 26;

interface ValueProps {
  readonly run: Run;
  readonly card: Card;
  readonly face: CardFace;
  readonly name: string;
  /** Null while there is none. */
  readonly value: number | null;
  readonly t: Messages;
  readonly measure: Measure;
}

export function Value(props: ValueProps): JSX.Element {
  const { run, card, face, name, value, measure, t } = props;
  const shown =
    value === null || card.tensor === null ? null : showValue(numbersOf(run.trace, value, card.tensor));
  const isTall = shown?.kind === "table" && shown.cells.length > 1;
  const isBelow = face.nameHeight > 0;
  const x = PAD + (name && !isBelow ? measure(name, TYPE.name) + NAME_GAP : 0);
  // A file that plays by itself has no room for both.
  const cut = STANDALONE ? fitText : fitName;
  return (
    <>
      <text class="card-name" x={PAD} y={isTall && !isBelow ? BAND + face.valueHeight / 2 + 7 : BASELINE}>
        {cut(name, TYPE.name, face.width - 2 * PAD, measure)}
      </text>
      {shown ? (
        <g transform={isBelow ? `translate(0 ${face.nameHeight})` : undefined}>
          <ShownValue shown={shown} x={x} face={face} measure={measure} t={t} />
        </g>
      ) : null}
    </>
  );
}

function ShownValue(props: {
  shown: Shown;
  x: number;
  face: CardFace;
  measure: Measure;
  t: Messages;
}): JSX.Element {
  const { shown, x, face, measure, t } = props;
  if (shown.kind === "table") {
    const width = shown.cells[0]
      ? (columnWidth(shown.cells, measure) + COLUMN_GAP) * shown.cells[0].length
      : 0;
    const middle = BAND + (shown.cells.length > 1 ? face.valueHeight / 2 + 5 : 26);
    return (
      <>
        <Table x={x} y={BAND + 6} cells={shown.cells} tints={shown.tints} measure={measure} />
        <Odd odd={shown.odd} x={x + width + 14} y={middle} t={t} />
      </>
    );
  }
  if (shown.kind === "large") {
    const after = x + measure(shown.text, TYPE.value) + 10;
    return (
      <>
        <text class="card-value muted" x={x} y={BASELINE}>
          {shown.text}
        </text>
        <text class="card-aside" x={after} y={BASELINE - 1}>
          {shown.scale}
        </text>
        <Odd odd={shown.odd} x={after + measure(shown.scale, TYPE.aside) + 10} y={BASELINE - 1} t={t} />
        <Picture shown={shown} />
      </>
    );
  }
  const room = face.width - PAD - x + 4 - oddWidth(shown.odd, t, measure);
  const text = fitText(shown.text, TYPE.value, room, measure);
  const at = (position: number) => x + measure(text.slice(0, position), TYPE.value);
  const parts = text === shown.text ? shown.parts : [];
  return (
    <>
      {parts.map((part) => (
        <rect
          key={part.from}
          class="tint"
          x={at(part.from) - 2.5}
          y={BASELINE - 17}
          width={at(part.to) - at(part.from) + 5}
          height={22}
          rx={4}
          style={{ fill: heatFill(part, TINT), opacity: part.odd ? 0.22 : 1 }}
        />
      ))}
      <text class="card-value" x={x} y={BASELINE}>
        {text}
      </text>
      <Odd odd={shown.odd} x={x + measure(text, TYPE.value) + 10} y={BASELINE - 1} t={t} />
    </>
  );
}

/** A small matrix, its columns aligned to the right, between brackets. */
export function Table(props: {
  x: number;
  y: number;
  cells: string[][];
  tints: readonly Parameters<typeof heatFill>[0][];
  measure: Measure;
}): JSX.Element {
  const { x, y, cells, tints } = props;
  const column = columnWidth(cells, props.measure) + COLUMN_GAP;
  const columns = cells[0]?.length ?? 0;
  const width = columns * column;
  const bottom = cells.length * TABLE_ROW;
  return (
    <g class={tints.length ? "card-value" : ""} transform={`translate(${x} ${y})`}>
      {tints.map((tint, index) => (
        <rect
          key={index}
          class="tint"
          x={(index % columns) * column + 2}
          y={Math.floor(index / columns) * TABLE_ROW + 1}
          width={column - 1}
          height={TABLE_ROW - 2}
          rx={3}
          style={{ fill: heatFill(tint, TINT), opacity: tint.odd ? 0.22 : 1 }}
        />
      ))}
      <path class="bracket" d={`M5 0H0V${bottom}H5M${width} 0h5V${bottom}h-5`} />
      {cells.map((row, i) =>
        row.map((text, j) => (
          <text key={`${i},${j}`} x={(j + 1) * column - 5} y={i * TABLE_ROW + 18} text-anchor="end">
            {text}
          </text>
        )),
      )}
    </g>
  );
}

/** Many numbers at a glance: the heatmap, and how they are spread. */
function Picture({ shown }: { shown: Shown & { kind: "large" } }): JSX.Element {
  const heat = heatOf(shown.numbers, 6, 16);
  const { histogram } = statisticsOf(shown.numbers);
  const most = Math.max(1, ...(histogram?.counts ?? []));
  const bar = PICTURE.histogram / Math.max(histogram?.counts.length ?? 1, 1);
  return (
    <g class="card-picture" transform={`translate(${PAD} ${BAND + PICTURE.top})`}>
      <rect class="picture-frame" width={PICTURE.heat} height={PICTURE.height} />
      <g
        transform={`scale(${PICTURE.heat / Math.max(heat.columns, 1)} ${PICTURE.height / Math.max(heat.rows, 1)})`}
      >
        {heatPaths(heat).map(({ fill, path }) => (
          <path key={fill} class="heat" d={path} style={{ fill }} />
        ))}
      </g>
      <g class="histogram" transform={`translate(${PICTURE.heat + PICTURE.gap} 0)`}>
        {histogram?.counts.map((count, bin) => {
          const tall = count === 0 ? 0 : Math.max(1.5, (PICTURE.height * count) / most);
          return <rect key={bin} x={bin * bar} y={PICTURE.height - tall} width={bar - 0.8} height={tall} />;
        })}
        <path d={`M0 ${PICTURE.height}H${PICTURE.histogram}`} />
      </g>
    </g>
  );
}
