/** One card: a band with the op and its grad_fn, the variable and its value, and its gradient once that is known. */
import type { JSX } from "preact";
import type { Run } from "../../core/run";
import type { Box, Card as CardData, CardState } from "../../core/types";
import { numbersOf } from "../../core/values";
import {
  ASIDE_GAP,
  BAND,
  type CardFace,
  columnWidth,
  FREED,
  gradientChange,
  gradientText,
  NAME_GAP,
  NOTE_ROW,
  PAD,
  type Shown,
  showValue,
  TABLE_ROW,
  VALUE_ROW,
} from "../../graph/face";
import { heatColour, heatOf } from "../../graph/heat";
import { fitText, type Measure, TYPE } from "../../graph/measure";
import type { Messages } from "../../i18n/en";
import { memo } from "../memo";

export interface CardProps {
  readonly run: Run;
  readonly card: CardData;
  readonly face: CardFace;
  readonly box: Box;
  readonly state: CardState;
  readonly selected: boolean;
  readonly t: Messages;
  readonly measure: Measure;
  readonly onPick: (card: CardData) => void;
}

export const Card = memo(function Card(props: CardProps): JSX.Element {
  const { card, box, state } = props;
  const folded = card.kind === "folded";
  const pick = () => props.onPick(card);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      class="card"
      role="button"
      tabIndex={0}
      data-node={card.id}
      data-op={opName(props)}
      data-name={card.name}
      data-state={state.state}
      data-direction={state.direction ?? undefined}
      data-kind={card.kind}
      data-fold={card.fold?.kind}
      data-tracked={!folded && (card.node !== null || state.requiresGrad)}
      data-detached={card.detached}
      data-selected={props.selected}
      aria-description={folded ? undefined : props.t.graph.states[state.state]}
      aria-expanded={folded ? false : undefined}
      style={{ transform: `translate(${box.x}px, ${box.y}px)` }}
      onClick={pick}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        pick();
      }}
    >
      {folded ? <Folded {...props} /> : <Full {...props} />}
    </g>
  );
}, sameCard);

function opName({ run, card }: CardProps): string {
  return card.op === null ? card.kind : (run.trace.ops[card.op]?.name ?? card.kind);
}

function sameCard(a: CardProps, b: CardProps): boolean {
  return (
    a.card === b.card &&
    a.face === b.face &&
    a.box === b.box &&
    a.selected === b.selected &&
    a.t === b.t &&
    sameState(a.state, b.state)
  );
}

function sameState(a: CardState, b: CardState): boolean {
  return (
    a.state === b.state &&
    a.direction === b.direction &&
    a.name === b.name &&
    a.requiresGrad === b.requiresGrad &&
    a.value === b.value &&
    a.cotangent === b.cotangent &&
    a.grad === b.grad &&
    a.gradBefore === b.gradBefore &&
    a.freed === b.freed
  );
}

function shownValue({ run, card, state }: CardProps): Shown | null {
  if (state.value === null || card.tensor === null) return null;
  return showValue(numbersOf(run.trace, state.value, card.tensor));
}

function Folded({ face, card }: CardProps): JSX.Element {
  return (
    <>
      {card.fold?.kind === "cells" ? null : (
        <rect class="card-box card-behind" x={5} y={-5} width={face.width} height={face.height} rx={11} />
      )}
      <rect class="card-box" width={face.width} height={face.height} rx={11} />
      <text class="card-note strong" x={PAD} y={26}>
        {face.title}
      </text>
      <path class="card-unfold" d={`M${PAD + 1} 40l5 5-5 5`} />
      <text class="card-aside" x={PAD + 14} y={49.5}>
        {face.aside}
      </text>
    </>
  );
}

function Full(props: CardProps): JSX.Element {
  const { card, face, state, measure } = props;
  const { width, height } = face;
  const body = BAND + (face.rows > 1 ? face.rows * TABLE_ROW + 10 : VALUE_ROW);
  const pending = state.state === "pending";
  const note = pending ? null : noteOf(props);
  const title = fitText(face.title, TYPE.title, width - 2 * PAD, measure);
  const room = width - 2 * PAD - measure(title, TYPE.title) - ASIDE_GAP - (card.gradFn ? FREED - 6 : 0);
  return (
    <>
      <rect class="card-box" width={width} height={height} rx={11} />
      <path
        class="card-band"
        d={`M0 ${BAND}V11a11 11 0 0 1 11-11H${width - 11}a11 11 0 0 1 11 11V${BAND}z`}
      />
      <text class="card-title" x={PAD} y={19}>
        {title}
        {face.aside ? (
          <tspan class="card-aside" dx={ASIDE_GAP}>
            {fitText(face.aside, TYPE.aside, room, measure)}
          </tspan>
        ) : null}
      </text>
      <Body {...props} pending={pending} body={body} />
      {note ? (
        <text class={`card-note ${note.class}`} x={PAD} y={body + NOTE_ROW - 7}>
          {fitText(note.text, TYPE.note, width - 2 * PAD + 4, measure)}
        </text>
      ) : null}
      {state.freed && card.gradFn ? <Freed x={width - PAD - 7} name={props.t.graph.freed} /> : null}
    </>
  );
}

/** The buffers behind this card have been released: an emptied dot in the corner. */
function Freed({ x, name }: { x: number; name: string }): JSX.Element {
  return (
    <circle class="card-freed" cx={x + 6} cy={14} r={4}>
      <title>{name}</title>
    </circle>
  );
}

function Body(props: CardProps & { pending: boolean; body: number }): JSX.Element {
  const { card, face, state, pending, measure, body } = props;
  const shown = pending ? null : shownValue(props);
  const name = pending ? card.name : state.name || card.name;
  const nameWidth = name ? measure(name, TYPE.name) + NAME_GAP : 0;
  const room = face.width - 2 * PAD - nameWidth + 4;
  const middle = (BAND + body) / 2;
  return (
    <>
      <text class="card-name" x={PAD} y={face.rows > 1 ? middle + 7 : BAND + 26}>
        {fitText(name, TYPE.name, face.width - 2 * PAD, measure)}
      </text>
      {shown?.kind === "text" ? (
        <text class="card-value" x={PAD + nameWidth} y={BAND + 26}>
          {fitText(shown.text, TYPE.value, room, measure)}
        </text>
      ) : shown?.kind === "table" ? (
        <Table x={PAD + nameWidth} y={BAND + 6} cells={shown.cells} measure={measure} />
      ) : shown ? (
        <>
          <text class="card-value muted" x={PAD + nameWidth} y={BAND + 26}>
            {shown.text}
          </text>
          <Thumbnail x={PAD + nameWidth + measure(shown.text, TYPE.value) + 10} y={BAND + 8} shown={shown} />
        </>
      ) : null}
    </>
  );
}

/** A small matrix, its columns aligned to the right, between brackets. */
function Table(props: { x: number; y: number; cells: string[][]; measure: Measure }): JSX.Element {
  const { x, y, cells } = props;
  const column = columnWidth(cells, props.measure);
  const columns = cells[0]?.length ?? 0;
  const width = columns * (column + 12);
  const bottom = cells.length * TABLE_ROW;
  return (
    <g class="card-value" transform={`translate(${x} ${y})`}>
      <path class="bracket" d={`M5 0H0V${bottom}H5M${width} 0h5V${bottom}h-5`} />
      {cells.map((row, i) =>
        row.map((text, j) => (
          <text key={`${i},${j}`} x={(j + 1) * (column + 12) - 5} y={i * TABLE_ROW + 18} text-anchor="end">
            {text}
          </text>
        )),
      )}
    </g>
  );
}

function Thumbnail({ x, y, shown }: { x: number; y: number; shown: Shown & { kind: "large" } }): JSX.Element {
  const heat = heatOf(shown.numbers, 3, 12);
  const width = 78 / Math.max(heat.columns, 1);
  const height = 22 / Math.max(heat.rows, 1);
  return (
    <g transform={`translate(${x} ${y})`}>
      {heat.cells.map(({ row, column, weight }) => (
        <rect
          key={`${row},${column}`}
          x={column * width}
          y={row * height}
          width={width - 0.6}
          height={height - 0.6}
          style={{ fill: weight === null ? "var(--bad)" : heatColour(weight) }}
        />
      ))}
    </g>
  );
}

/** The line below the value: the gradient, or that there is none yet, or whose memory it shares. */
function noteOf({ run, card, face, state, t, measure }: CardProps): { text: string; class: string } | null {
  if (face.note === "shares") return { text: t.graph.shares(card.sharesWith.join(", ")), class: "muted" };
  if (face.note === null) return null;
  const say = (value: number) => gradientText(numbersOf(run.trace, value));
  if (state.gradBefore !== undefined) {
    const now = state.grad === null ? "None" : say(state.grad);
    const before = state.gradBefore === null ? "None" : say(state.gradBefore);
    const text = gradientChange(t, before, now);
    const fits = measure(text, TYPE.note) <= face.width - 2 * PAD + 4;
    return { text: fits ? text : `${t.graph.grad} → ${now}`, class: "gradient" };
  }
  const value = card.kind === "leaf" ? state.grad : (state.cotangent ?? state.grad);
  if (value !== null) return { text: `${t.graph.grad} ${say(value)}`, class: "gradient" };
  return state.requiresGrad ? { text: t.graph.noGradYet, class: "faint" } : null;
}
