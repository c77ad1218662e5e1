/** Labels beside the edges at work: operands flowing in, products going back, what came along each edge of a fan-in. */
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { STANDALONE } from "../../build";
import type { Box, Point } from "../../core/types";
import { sightOf } from "../../graph/camera";
import { fitText, type Measure, TYPE } from "../../graph/measure";
import {
  FAR,
  flowingPath,
  grown,
  hiddenBy,
  isWithin,
  leastCovering,
  linkTo,
  obstacles,
  placeLabel,
  segmentMeets,
} from "../../graph/path";
import { covered, resting, stage } from "../../state/camera";
import { badges, labelled, reasons, tags } from "../../state/pointed";
import type { Scene, SceneStates } from "../../state/scene";
import { type FlowKind, flowTexts, type Stretch } from "./flow-lines";

const ROW = 22;
const PAD = 11;
/** Above and below the lines together: a label of one line fits between two layers of cards. */
const EDGES = 7;

interface Flow {
  readonly id: string;
  readonly kind: FlowKind;
  readonly lines: readonly string[];
  readonly incoming: Stretch | null;
  /** Null where there is no room for it. */
  readonly box: Box | null;
  readonly path: string;
  /** From the label to the middle of its line, where the two are apart. */
  readonly leader: string | null;
}

export function Flows(props: { scene: Scene; states: SceneStates; measure: Measure }): JSX.Element {
  const flows = flowsOf(props.scene, props.states, props.measure);
  const { step } = props.states;
  useLayoutEffect(() => {
    const boxes = flows.flatMap(({ box }) => box ?? []);
    if (boxes.length + labelled.peek().length > 0) labelled.value = boxes;
  });
  // A new step is a new drawing: what moves begins anew.
  return (
    <g class="flows" key={`${step.from}-${step.to}`}>
      {flows.map(({ id, kind, leader }) =>
        leader ? <path key={id} class="flow-leader" data-flow={kind} d={leader} /> : null,
      )}
      {flows.map(({ id, kind, lines, incoming, box }) =>
        box ? (
          <g key={id} class="flow" data-flow={kind} transform={`translate(${box.x} ${box.y})`}>
            <rect width={box.width} height={box.height} rx={9} />
            {lines.map((line, index) => (
              <text
                key={index}
                class={index === lines.length - 1 ? "flow-result" : "flow-rule"}
                x={PAD}
                y={PAD + 8 + index * ROW}
              >
                {index === 0 && incoming ? <Marked line={line} from={incoming} /> : line}
              </text>
            ))}
          </g>
        ) : null,
      )}
      {flows.map(({ id, kind, path }) =>
        kind === "arrived" ? null : (
          <circle
            key={id}
            class="flow-token"
            data-flow={kind}
            r={6}
            style={{ offsetPath: `path("${path}")` }}
          />
        ),
      )}
    </g>
  );
}

/** The gradient that came in is marked, to be told from the slope that it is multiplied by. */
function Marked({ line, from: [from, to] }: { line: string; from: Stretch }): JSX.Element {
  return (
    <>
      {line.slice(0, from)}
      <tspan class="flow-incoming">{line.slice(from, to)}</tspan>
      {line.slice(to)}
    </>
  );
}

function flowsOf(scene: Scene, states: SceneStates, measure: Measure): Flow[] {
  const texts = flowTexts(scene.graph, states);
  if (texts.length === 0) return [];
  const boxes = obstacles(scene.layout).concat(
    STANDALONE ? [] : [...tags.value, ...badges.value, ...reasons.value, covered.value],
  );
  const placed: Box[] = [];
  const routes = Object.values(scene.layout.edges);
  const sight = sightOf(resting.value, stage.value);
  const inside = grown(sight, -EDGES);
  const flows: Flow[] = [];
  for (const { edge, kind, lines: whole, incoming = null } of texts) {
    const points = scene.layout.edges[edge.id];
    if (!points) continue;
    let lines = STANDALONE
      ? whole
      : whole.map((line) => fitText(line, TYPE.flow, inside.width - 2 * PAD, measure));
    const width = Math.max(...lines.map((line) => measure(line, TYPE.flow))) + 2 * PAD;
    const size = { width, height: lines.length * ROW + EDGES };
    const free = placeLabel(points, size, { boxes, lines: routes, sight });
    // An operand's value stands on its card too: where there is no room in sight it need not stand on its way. What goes back
    // stands nowhere else: it covers what it must, other labels and the card at work last of all.
    const isSeen = free !== null && isWithin(free, sight);
    const worked = scene.layout.nodes[edge.target] ?? [];
    const around = {
      boxes: boxes.concat(worked, worked, worked, placed, placed, placed),
      lines: routes,
      sight: inside,
    };
    let box = free;
    if (!STANDALONE && kind !== "operand" && !isSeen) {
      box = leastCovering(points, size, around) ?? free;
      // On a phone there may be room for what came out alone; the sentence says by which rule.
      const result = lines.slice(-1);
      const least = { width: measure(result.join(), TYPE.flow) + 2 * PAD, height: ROW + EDGES };
      const less = lines.length > 1 ? leastCovering(points, least, around) : null;
      const spared = placed.concat(worked);
      if (box && less && hiddenBy(less, spared) < hiddenBy(box, spared)) {
        box = less;
        lines = result;
      }
    }
    const path = flowingPath(points, scene.layout.direction);
    const flow = {
      id: edge.id,
      kind,
      lines,
      incoming: STANDALONE || lines[0] !== whole.at(-1) ? incoming : null,
      path,
    };
    const to = (from: Box | null) => (from ? wayTo(points, from, boxes) : null);
    const link = to(box);
    // Two that say the same need no more than one label where there is no room for both beside their lines.
    const twin =
      STANDALONE || !link?.isFar || link.isClear
        ? undefined
        : flows.find((other) => other.box && other.lines.join() === lines.join());
    if (twin) {
      flows.push({ ...flow, box: null, leader: to(twin.box)?.leader ?? null });
    } else if (!box || (kind === "operand" && (link?.isFar || !isSeen))) {
      flows.push({ ...flow, box: null, leader: null });
    } else {
      flows.push({ ...flow, box, leader: link?.isClear ? link.leader : null });
      boxes.push(box);
      placed.push(box);
    }
  }
  return flows;
}

/** The way from a label to its line: a pointer where the two are far apart, and whether that runs over nothing. */
function wayTo(points: readonly Point[], box: Box, boxes: readonly Box[]) {
  const link = linkTo(points, box);
  const isFar = link !== null && link.length > FAR;
  return {
    isFar,
    isClear: !boxes.some((other) => other !== box && link && segmentMeets(link.from, link.to, other)),
    leader: isFar ? `M${link.from.x} ${link.from.y}L${link.to.x} ${link.to.y}` : null,
  };
}
