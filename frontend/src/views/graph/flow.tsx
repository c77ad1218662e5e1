/** What goes back along an edge at this step: the local derivative with numbers put in, and what comes of it. */
import type { JSX } from "preact";
import { vjpWithNumbers } from "../../core/formula";
import { at } from "../../core/lists";
import type { Run } from "../../core/run";
import type { Box, Point, Step } from "../../core/types";
import { numbersOf } from "../../core/values";
import { sightOf } from "../../graph/camera";
import { gradientText } from "../../graph/face";
import { asMathematics } from "../../graph/mathml";
import { type Measure, TYPE } from "../../graph/measure";
import { obstacles, placeLabel } from "../../graph/path";
import { resting, stage } from "../../state/camera";
import type { Scene, SceneStates } from "../../state/scene";

const ROW = 22;
const PAD = 11;
/** More labels than this at once say nothing any more. */
const MOST = 4;
const LONGEST = 44;

interface Flow {
  readonly id: string;
  readonly lines: readonly string[];
  readonly box: Box;
}

export function Flows(props: {
  scene: Scene;
  states: SceneStates;
  step: Step;
  measure: Measure;
}): JSX.Element {
  return (
    <g class="flows">
      {flowsOf(props.scene, props.states, props.step, props.measure).map(({ id, lines, box }) => (
        <g key={id} class="flow" transform={`translate(${box.x} ${box.y})`}>
          <rect width={box.width} height={box.height} rx={9} />
          {lines.map((line, index) => (
            <text
              key={line}
              class={index === lines.length - 1 ? "flow-result" : "flow-rule"}
              x={PAD}
              y={PAD + 10 + index * ROW}
            >
              {line}
            </text>
          ))}
        </g>
      ))}
    </g>
  );
}

function flowsOf(scene: Scene, states: SceneStates, step: Step, measure: Measure): Flow[] {
  const active = scene.graph.edges.filter((edge) => {
    const state = states.edges.get(edge.id);
    return state?.state === "active" && state.direction === "backward" && state.cotangent !== null;
  });
  if (active.length > MOST) return [];
  const boxes = obstacles(scene.layout);
  const routes = Object.values(scene.layout.edges);
  const sight = sightOf(resting.value, stage.value);
  const flows: Flow[] = [];
  for (const edge of active) {
    const points = scene.layout.edges[edge.id];
    const cotangent = states.edges.get(edge.id)?.cotangent ?? null;
    if (!points || cotangent === null) continue;
    const result = gradientText(numbersOf(scene.run.trace, cotangent));
    const rule = ruleOf(scene.run, edge.edges[0], step);
    const lines = rule ? [rule, `= ${result}`] : [result];
    const width = Math.max(...lines.map((line) => measure(line, TYPE.flow))) + 2 * PAD;
    const size = { width, height: lines.length * ROW + 2 * PAD - 8 };
    const box = placeLabel(points, size, { boxes, lines: routes, sight }) ?? beside(points, size);
    boxes.push(box);
    flows.push({ id: edge.id, lines, box });
  }
  return flows;
}

/** Where there is no free place near the line: right of its middle. */
function beside(points: readonly Point[], size: { width: number; height: number }): Box {
  const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
  return { x: middle.x + 14, y: middle.y - size.height / 2, ...size };
}

/** `[1, 1, 1, 1] · [0, 1, 4, 9]`, where it is short enough to be read in passing. */
function ruleOf(run: Run, edge: number | undefined, step: Step): string | null {
  if (edge === undefined) return null;
  const { op, slot } = at(run.trace.edges, edge);
  const { node } = at(run.trace.ops, op);
  for (let index = step.from; index < step.to; index++) {
    const event = at(run.trace.events, index);
    if (event.kind !== "vjp" || event.node !== node) continue;
    const put = vjpWithNumbers(run, index, slot);
    return put && put.numbers.length <= LONGEST && put.numbers !== put.result
      ? asMathematics(put.numbers)
      : null;
  }
  return null;
}
