/** One card: a band with the op and its grad_fn, the variable and its value, and its gradient once that is known. */
import type { JSX } from "preact";
import { STANDALONE } from "../../build";
import { storageMark } from "../../core/aliasing";
import type { Run } from "../../core/run";
import type { Box, Card as CardData, CardState } from "../../core/types";
import {
  ASIDE_GAP,
  BAND,
  FREED,
  gradientTable,
  gradientText,
  markWidth,
  NOTE_ROW,
  oddWidth,
  PAD,
} from "../../graph/face";
import { fitText, type Measure, TYPE } from "../../graph/measure";
import { TABLE_ROW } from "../../graph/shown";
import type { Messages } from "../../i18n/en";
import { toMade } from "../../state/jumps";
import { arrive, walkByKey } from "../../state/walk";
import { later } from "../later";
import { memo } from "../memo";
import type { CardProps } from "./card-props";
import { cardLabel } from "./label";
import { Buffers, Storage } from "./marks";
import { gradientNotes, type NoteText } from "./notes";
import { Odd } from "./odd";
import { Table, Value } from "./value";

const NodeBody = later(() => import("./node-card").then((module) => module.NodeBody));

/** Less room says nothing of a node. */
const LEAST = 30;

export function Card(props: CardProps): JSX.Element {
  const { card, box, state } = props;
  const folded = card.kind === "folded";
  const pick = () => props.onPick(card);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      class="card"
      role="button"
      tabindex={props.tabStop ? 0 : -1}
      aria-label={cardLabel(props.run, card, props.face, state, props.t)}
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
      data-lit={props.lit}
      data-written={state.written}
      aria-expanded={folded ? false : undefined}
      // Said of the one that is chosen alone: a button is no switch because it might be.
      aria-pressed={(!STANDALONE && !folded && props.selected) || undefined}
      style={{ transform: `translate(${box.x}px, ${box.y}px)` }}
      onClick={pick}
      onDblClick={folded ? undefined : () => toMade(card)}
      onFocus={({ currentTarget }) => arrive(card.id, currentTarget.matches(":focus-visible"))}
      onKeyDown={(event) => {
        if (walkByKey(event.key, card.id)) {
          event.preventDefault();
          return;
        }
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        pick();
      }}
    >
      <Inside {...props} />
    </g>
  );
}

/** Most cards that a step changes are only lit, or no longer. */
const Inside = memo(
  (props: CardProps): JSX.Element =>
    props.card.kind === "folded" ? <Folded {...props} /> : <Full {...props} />,
  (a, b) => a.card === b.card && a.face === b.face && a.t === b.t && sameState(a.state, b.state),
);

function opName({ run, card }: CardProps): string {
  return card.op === null ? card.kind : (run.trace.ops[card.op]?.name ?? card.kind);
}

export function sameCard(a: CardProps, b: CardProps): boolean {
  return (
    a.card === b.card &&
    a.face === b.face &&
    sameBox(a.box, b.box) &&
    a.selected === b.selected &&
    a.lit === b.lit &&
    a.tabStop === b.tabStop &&
    a.t === b.t &&
    sameState(a.state, b.state)
  );
}

/** Another layout gives new boxes, of which many are where they were. */
function sameBox(a: Box, b: Box): boolean {
  return a === b || (a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height);
}

function sameState(a: CardState, b: CardState): boolean {
  return (
    a.state === b.state &&
    a.direction === b.direction &&
    a.name === b.name &&
    a.requiresGrad === b.requiresGrad &&
    a.value === b.value &&
    a.cotangent === b.cotangent &&
    a.earlier?.value === b.earlier?.value &&
    a.received.length === b.received.length &&
    a.grad === b.grad &&
    a.gradBefore === b.gradBefore &&
    a.freed === b.freed &&
    a.written === b.written &&
    a.version === b.version &&
    a.succeeded === b.succeeded
  );
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
  const body = BAND + face.nameHeight + face.valueHeight;
  const pending = state.state === "pending";
  const note = pending ? null : noteOf(props);
  // What autograd follows later is a leaf without that until then.
  const aside = card.kind === "leaf" && !pending && !state.requiresGrad ? "" : face.aside;
  const mark = storageMark(props.run, card.tensor);
  const keeps = card.gradFn !== null && (state.freed || keepsBuffers(props.run, card));
  const taken = (card.gradFn ? FREED - 6 : 0) + markWidth(props.run, card, measure);
  // Neither the name of the op nor that of its node runs into the marks at the other end.
  const title = fitText(face.title, TYPE.title, width - 2 * PAD - taken, measure);
  const room = width - 2 * PAD - measure(title, TYPE.title) - ASIDE_GAP - taken;
  return (
    <>
      <rect class="card-box" width={width} height={height} rx={11} />
      <path
        class="card-band"
        d={`M0 ${BAND}V11a11 11 0 0 1 11-11H${width - 11}a11 11 0 0 1 11 11V${BAND}z`}
      />
      <text class="card-title" x={PAD} y={19}>
        {title}
        {aside && room > LEAST ? (
          <tspan class="card-aside" dx={ASIDE_GAP}>
            {fitText(aside, TYPE.aside, room, measure)}
          </tspan>
        ) : null}
      </text>
      {card.kind === "node" ? (
        <NodeBody {...props} />
      ) : (
        <Value
          run={props.run}
          card={card}
          face={face}
          name={pending ? card.name : state.name || card.name}
          value={pending ? null : state.value}
          t={props.t}
          measure={measure}
        />
      )}
      {note ? (
        <NoteLine
          note={note}
          isTall={isTall(face)}
          y={body + NOTE_ROW - 7}
          width={width}
          t={props.t}
          measure={measure}
        />
      ) : null}
      {mark && !pending ? (
        <Storage
          mark={mark}
          version={state.version ?? 0}
          written={state.written}
          right={width - PAD + 4 - (card.gradFn ? FREED : 0)}
          t={props.t}
          measure={measure}
        />
      ) : null}
      {keeps && !pending ? <Buffers x={width - PAD - 7} freed={state.freed} t={props.t} /> : null}
    </>
  );
}

/** Its node saved tensors for the backward pass. */
function keepsBuffers(run: Run, { node }: CardData): boolean {
  return node !== null && (run.trace.nodes[node]?.saved.some(({ tensor }) => tensor !== null) ?? false);
}

const isTall = ({ noteHeight }: CardProps["face"]) => noteHeight > NOTE_ROW;

function NoteLine(props: {
  note: NoteText;
  /** There is room for a matrix. */
  isTall: boolean;
  y: number;
  width: number;
  t: Messages;
  measure: Measure;
}): JSX.Element {
  const { note, y, t, measure } = props;
  const cells = !STANDALONE && props.isTall && note.numbers ? gradientTable(note.numbers) : [];
  if (!STANDALONE && note.numbers && cells.length) {
    const lead = note.text.slice(0, note.text.length - gradientText(note.numbers).length);
    const kind = `card-note ${note.class}`;
    return (
      <>
        <text class={kind} x={PAD} y={y + (cells.length - 1) * (TABLE_ROW / 2) + 4}>
          {lead}
        </text>
        <g class={kind}>
          <Table x={PAD + measure(lead, TYPE.note)} y={y - 13} cells={cells} tints={[]} measure={measure} />
        </g>
      </>
    );
  }
  const odd = note.odd ?? null;
  const room = props.width - 2 * PAD + 4 - oddWidth(odd, t, measure);
  const text = fitText(note.text, TYPE.note, room, measure);
  return (
    <>
      <text class={`card-note ${note.class}`} x={PAD} y={y}>
        {text}
      </text>
      <Odd odd={odd} x={PAD + measure(text, TYPE.note) + 10} y={y} t={t} />
    </>
  );
}

/** The line below the value: the gradient, what has arrived of it, that there is none yet, or whose memory it shares. */
function noteOf({ run, card, face, state, t, measure }: CardProps): NoteText | null {
  if (face.note === "shares") return { text: t.graph.shares(card.sharesWith.join(", ")), class: "muted" };
  if (face.note === null) return null;
  const fits = ({ text, odd = null }: NoteText) =>
    measure(text, TYPE.note) + oddWidth(odd, t, measure) <= face.width - 2 * PAD + 4;
  const texts = gradientNotes(run, card, state, t);
  const last = texts.at(-1);
  if (!STANDALONE && last?.numbers && isTall(face) && gradientTable(last.numbers).length) return last;
  return texts.find(fits) ?? last ?? null;
}
