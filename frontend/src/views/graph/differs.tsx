/** In the picture of one of two runs, what the other has otherwise: a hatched frame and a badge on cards and on what a test opened, a knot on edges. */
import { computed, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import type { Difference } from "../../core/pair/differences";
import type { MarksAt } from "../../core/pair/marks";
import type { Run } from "../../core/run";
import type { Box, Card } from "../../core/types";
import { browserMeasure, TYPE } from "../../graph/measure";
import { flowingPath, overlap, pointAlong } from "../../graph/path";
import { differenceWords } from "../../i18n/differences";
import { beside, side } from "../../state/beside";
import { resting } from "../../state/camera";
import { marksNow } from "../../state/marked";
import { badges, differing, tags } from "../../state/pointed";
import { type Scene, scene, sceneRun } from "../../state/scene";
import "../../style/differs.css";

const measure = browserMeasure();
/** How far the frame stands from its card, and how wide it is. */
const GAP = 3;
const WIDTH = 6;
const BADGE = 22;
const READABLE = 0.85;

/** The cards of the picture that differ at this step. */
const found = computed(() => {
  const drawn = scene.value;
  const run = sceneRun.value;
  const marks = marksNow();
  if (!drawn || !run) return [];
  return drawn.graph.cards.flatMap((card) => {
    const differences = differencesOf(run, card, marks);
    const box = drawn.layout.nodes[card.id];
    return differences.length > 0 && box ? [{ card, box, differences }] : [];
  });
});

export function Differs(): JSX.Element | null {
  const drawn = scene.value;
  useSignalEffect(() => {
    differing.value = found.value.map(({ box }) => box);
  });
  useSignalEffect(() => {
    badges.value = found.value.map(({ box, differences }) => badgeOf(box, saidOf(differences)));
  });
  if (!drawn || !beside.value) return null;
  const marks = marksNow();
  const { layout, graph } = drawn;
  return (
    <g class="differs" data-testid="differs">
      <defs>
        <pattern
          id="differs-hatch"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect class="differs-line" width="3" height="6" />
        </pattern>
        <pattern id="differs-dots" width="6" height="6" patternUnits="userSpaceOnUse">
          <circle class="differs-line" cx="3" cy="3" r="1.8" />
        </pattern>
      </defs>
      {graph.edges.map((edge) =>
        edge.edges.some((each) => marks.of(`e${each}`).length > 0) ? (
          <EdgeMark key={edge.id} drawn={drawn} id={edge.id} />
        ) : null,
      )}
      {graph.groups.map(({ id, scope, label }) => {
        const outcome = marks.of(`g${scope}`);
        const box = layout.groups[id];
        return outcome.length > 0 && box ? (
          <CardMark key={id} of={id} name={label} box={box} found={outcome} />
        ) : null;
      })}
      {found.value.map(({ card, box, differences }) => (
        <CardMark key={card.id} of={card.id} name={card.name || card.title} box={box} found={differences} />
      ))}
    </g>
  );
}

/** What is marked that a card of the picture stands for, besides itself; as long as the card, for it may be thousands. */
const withinCards = new WeakMap<Card, readonly string[]>();

function idsWithin(run: Run, card: Card): readonly string[] {
  const known = withinCards.get(card);
  if (known) return known;
  const ids = card.ops.map((op) => `o${op}`);
  const tensor = card.node === null ? null : run.tensorOfNode(card.node);
  if (tensor !== null) ids.push(`o${run.trace.tensors[tensor]?.op}`);
  withinCards.set(card, ids);
  return ids;
}

/** A folded card has what any card in it has; a node of the backward graph what its op's card has. */
function differencesOf(run: Run, card: Card, marks: MarksAt): readonly Difference[] {
  const own = marks.of(card.id);
  if (card.kind !== "folded" && card.kind !== "node") return own;
  const found = new Set(own);
  for (const id of idsWithin(run, card)) for (const each of marks.of(id)) found.add(each);
  return [...found];
}

const areOnly = (found: readonly Difference[]) => found.every((each) => each === "only");

function textsOf(found: readonly Difference[]): string[] {
  const t = differenceWords.value;
  return found.map((each) => (each === "only" ? t.only(side.value === "a" ? "A" : "B") : t[each]));
}

function saidOf(found: readonly Difference[]): string {
  const texts = textsOf(found);
  return areOnly(found) ? (texts[0] ?? "") : `≠ ${texts.join(", ")}`;
}

/** Where the words of a card stand: not on those of what went wrong, but beyond. */
function badgeOf({ x, y, width, height }: Box, text: string): Box {
  // In a small picture the words stay as large as they can be read.
  const scale = Math.min(1.6, Math.max(1, READABLE / resting.value.k));
  const size = { width: scale * (measure(text, TYPE.odd) + 16), height: scale * BADGE };
  const out = GAP + WIDTH;
  // Where edges lead down, what is said of them stands to their left.
  const isAbove = scene.value?.layout.direction === "TB";
  const beyond = (badge: Box): Box => {
    const tag = tags.value.find((each) => overlap(each, badge));
    if (!tag) return badge;
    return beyond({ ...badge, y: isAbove ? tag.y - badge.height - 2 : tag.y + tag.height + 2 });
  };
  return beyond(
    isAbove
      ? { ...size, x: x + width + out - size.width, y: y - GAP - size.height }
      : { ...size, x: x - out, y: y + height + GAP },
  );
}

function CardMark(props: {
  /** What is marked, by its id and by what it is called. */
  of: string;
  name: string;
  box: Box;
  found: readonly Difference[];
}): JSX.Element {
  const { box, found } = props;
  const t = differenceWords.value;
  const texts = textsOf(found);
  const isOnly = areOnly(found);
  const text = saidOf(found);
  const badge = badgeOf(box, text);
  const scale = badge.height / BADGE;
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of SVG is not interactive
    <g
      class="differs-card"
      role="img"
      aria-label={t.of(props.name, texts.join(", "))}
      data-differs={found.join(" ")}
      data-of={props.of}
    >
      <path
        d={`${frame(box, GAP + WIDTH, 14)} ${frame(box, GAP, 11)}`}
        fill-rule="evenodd"
        fill={isOnly ? "url(#differs-dots)" : "url(#differs-hatch)"}
      />
      <g transform={`translate(${badge.x} ${badge.y}) scale(${scale})`}>
        <rect class="differs-badge" width={badge.width / scale} height={BADGE} rx={6} />
        <text class="differs-text" x={8} y={16}>
          {text}
        </text>
      </g>
    </g>
  );
}

function frame({ x, y, width, height }: Box, out: number, r: number): string {
  const [w, h] = [width + 2 * out - 2 * r, height + 2 * out - 2 * r];
  const arc = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${x - out + r} ${y - out}h${w}${arc(r, r)}v${h}${arc(-r, r)}h${-w}${arc(-r, -r)}v${-h}${arc(r, -r)}z`;
}

function EdgeMark({ drawn, id }: { drawn: Scene; id: string }): JSX.Element | null {
  const points = drawn.layout.edges[id];
  if (!points) return null;
  const { x, y } = pointAlong(points, 0.5);
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a group of SVG is not interactive
    <g class="differs-edge" role="img" aria-label={differenceWords.value.edge} data-edge-differs={id}>
      <path class="differs-halo" d={flowingPath(points, drawn.layout.direction)} />
      <circle class="differs-badge" cx={x} cy={y} r={11} />
      <text class="differs-text" x={x} y={y + 5} text-anchor="middle">
        ≠
      </text>
    </g>
  );
}
