/** The cards and edges that a diagnosis speaks of, marked in the picture: an outline with a label, a cross on a cut. */
import { untracked, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { STANDALONE } from "../../build";
import type { Mark } from "../../core/diagnosis";
import type { DiagnosisKey } from "../../core/diagnosis/sentences.en";
import { failedAt } from "../../core/explain/places";
import { plain, type Said, tell } from "../../core/explain/said";
import type { Box, Point } from "../../core/types";
import { isSeen, sightOf, union, wholeInSight } from "../../graph/camera";
import { browserMeasure, TYPE } from "../../graph/measure";
import { flowingPath, obstacles, overlap, placeLabel, pointAlong } from "../../graph/path";
import { words } from "../../i18n";
import { explanations } from "../../i18n/explain";
import { camera, covered, follow, resting, stage } from "../../state/camera";
import { diagnosesHere } from "../../state/diagnosis";
import { step } from "../../state/player";
import { diagnosed, tags } from "../../state/pointed";
import { type Scene, scene, sceneRun } from "../../state/scene";

const measure = browserMeasure();
const LABEL = 24;
const GAP = 5;

type MarkKey = DiagnosisKey | "failedHere";
type Shown = Omit<Mark, "label"> & { label: Said<MarkKey> };

const marksHere = (): readonly Shown[] => {
  const marks = diagnosesHere.value.flatMap((found) => found.marks);
  return STANDALONE ? marks : withFailure(marks);
};

/** The card at which a backward pass failed is marked too, where no diagnosis marks it. */
function withFailure(marks: readonly Shown[]): readonly Shown[] {
  const [run, at] = [sceneRun.value, step.value];
  const failed = run && at && failedAt(run, at);
  const isThere = ({ op, tensor }: Shown) => (op == null ? tensor === failed?.tensor : op === failed?.op);
  if (!failed || marks.some(isThere)) return marks;
  return [...marks, { ...failed, role: "failed", label: tell("failedHere") }];
}

export function Marks(): JSX.Element | null {
  const placed: (Box & { text: string })[] = [];
  useSignalEffect(bringMarksIntoSight);
  if (!STANDALONE) useLayoutEffect(() => sayWhere(placed));
  const drawn = scene.value;
  const marks = marksHere();
  if (!drawn || marks.length === 0) return null;
  const { diagnosis } = explanations.value;
  const templates = { ...diagnosis, failedHere: STANDALONE ? "" : words.value.mending.failedHere };
  const told = new Set<string>();
  return (
    <g class="marks" data-testid="marks">
      {marks.map((mark, i) => {
        const text = plain(templates, mark.label);
        const key = `${text} ${mark.edge === undefined ? i : ""}`;
        const label = told.has(key) ? null : text;
        told.add(key);
        const box = mark.edge === undefined ? boxOf(drawn, mark) : undefined;
        if (box && label)
          placed.push({ ...inSight(belowOthers(labelBelow(box, label), placed)), text: label });
        return mark.edge === undefined ? (
          <CardMark key={i} box={box} mark={mark} />
        ) : (
          <EdgeMark key={i} drawn={drawn} edge={mark.edge} label={label} />
        );
      })}
      {placed.map((place, i) => (
        <Label key={i} {...place} />
      ))}
    </g>
  );
}

/** Where a mark's card is: its own, or the folded one that holds it. */
function boxOf(drawn: Scene, { op, tensor }: Shown): Box | undefined {
  const { cards } = drawn.graph;
  const made = tensor == null ? null : (sceneRun.value?.trace.tensors[tensor]?.op ?? null);
  const card =
    cards.find((each) => op != null && each.ops.includes(op)) ??
    cards.find((each) => tensor != null && each.tensor === tensor) ??
    cards.find((each) => made !== null && each.ops.includes(made));
  return card && drawn.layout.nodes[card.id];
}

const widthOf = (label: string) => measure(label, TYPE.title) + 18;

function labelBelow({ x, y, height }: Box, label: string): Box {
  const place = { x, y: y + height + GAP - 1, width: widthOf(label), height: LABEL };
  // Where the tools would cover it, it stands above.
  return !STANDALONE && overlap(place, covered.value) ? { ...place, y: y - GAP + 1 - LABEL } : place;
}

/** Labels of one folded card, or of neighbours, stand below each other where they would cover each other. */
function belowOthers(label: Box, placed: readonly Box[]): Box {
  const other = placed.find((each) => overlap(each, label));
  return other ? belowOthers({ ...label, y: other.y + LABEL + 2 }, placed) : label;
}

function CardMark({ box, mark }: { box: Box | undefined; mark: Shown }): JSX.Element | null {
  if (!box) return null;
  return (
    <g class="mark" data-mark={mark.role}>
      <rect
        class="mark-outline"
        x={box.x - GAP}
        y={box.y - GAP}
        width={box.width + 2 * GAP}
        height={box.height + 2 * GAP}
        rx={15}
      />
    </g>
  );
}

function EdgeMark(props: { drawn: Scene; edge: number; label: string | null }): JSX.Element | null {
  const { graph, layout } = props.drawn;
  const edge = graph.edges.find(({ edges }) => edges.includes(props.edge));
  const points = edge && layout.edges[edge.id];
  if (!points) return null;
  const { x, y } = pointAlong(points, 0.5);
  return (
    <g class="mark" data-mark="cut">
      <path class="mark-edge" d={flowingPath(points, layout.direction)} />
      <circle class="mark-cut" cx={x} cy={y} r={9} />
      <path class="mark-cross" d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} />
      {props.label ? (
        <Label {...inSight(besideCut(props.drawn, points, props.label))} text={props.label} />
      ) : null}
    </g>
  );
}

/** Beside the cut where there is room, else to its right. */
function besideCut({ layout }: Scene, points: readonly Point[], text: string): Box {
  const size = { width: widthOf(text), height: LABEL };
  const lines = Object.values(layout.edges);
  const { x, y } = pointAlong(points, 0.5);
  return (
    placeLabel(points, size, { boxes: obstacles(layout), lines, sight: null }) ?? {
      x: x + 14,
      y: y - LABEL / 2,
      ...size,
    }
  );
}

/** Says where the labels are, if that is news. */
function sayWhere(placed: readonly Box[]): void {
  if (JSON.stringify(placed) !== JSON.stringify(tags.peek())) tags.value = placed;
}

const inSight = (place: Box): Box => wholeInSight(place, sightOf(resting.value, stage.value), GAP);

function Label({ x, y, width, text }: Box & { text: string }): JSX.Element {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect class="mark-label" width={width} height={LABEL} rx={6} />
      <text class="mark-text" x={9} y={17}>
        {text}
      </text>
    </g>
  );
}

function bringMarksIntoSight(): (() => void) | undefined {
  const drawn = scene.value;
  const marks = marksHere();
  if (!drawn || marks.length === 0) return undefined;
  const boxes = marks.flatMap((mark) => {
    if (mark.edge === undefined) return boxOf(drawn, mark) ?? [];
    const edge = drawn.graph.edges.find(({ edges }) => edges.includes(mark.edge ?? -1));
    const point = edge && pointAlong(drawn.layout.edges[edge.id] ?? [], 0.5);
    return point ? [{ ...point, width: 1, height: 1 }] : [];
  });
  // Labels stand below the cards.
  const labelled = boxes.map((box) => ({ ...box, height: box.height + GAP + LABEL }));
  const marked = union(labelled);
  if (marked) {
    // Where the whole drawing is in sight it stays there, with the labels.
    const { width, height } = drawn.layout;
    const drawing = { x: 0, y: 0, width, height };
    const isWhole = untracked(() => isSeen(camera.value, drawing, stage.value));
    const whole = union([drawing, marked]);
    // Of marks that are too far apart for one view, one is seen whole rather than none.
    follow((isWhole ? whole : null) ?? marked, isWhole ? marked : labelled[0], whole);
  }
  diagnosed.value = labelled;
  return () => {
    diagnosed.value = [];
  };
}
