/** Beside each edge where an op cuts the gradient off, the reason, where there is room for it. */
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { STANDALONE } from "../../build";
import type { Box, EdgeState, GraphEdge } from "../../core/types";
import { sightOf, wholeInSight } from "../../graph/camera";
import { type Measure, TYPE } from "../../graph/measure";
import { linkTo, obstacles, overlap, placeLabel } from "../../graph/path";
import type { Messages } from "../../i18n/en";
import { resting, stage } from "../../state/camera";
import { diagnosed, reasons } from "../../state/pointed";
import type { Scene } from "../../state/scene";

const HEIGHT = 20;
/** So far from its edge a reason is not told: the edge is dashed, and says why where it is pointed at. */
const LOST = 60;
/** From the picture's edge. */
const MARGIN = 5;

export function CutLabels(props: {
  scene: Scene;
  edges: readonly GraphEdge[];
  states: ReadonlyMap<string, EdgeState>;
  measure: Measure;
  t: Messages;
}): JSX.Element {
  const { layout } = props.scene;
  // Only a deliberate cut is worth a label that always stands there; the others tell on hover and focus.
  const cuts = props.edges.filter(
    ({ id, reason }) =>
      (reason === "detach" || reason === "data") && props.states.get(id)?.state !== "pending",
  );
  // The labels of what went wrong come first.
  const boxes = cuts.length > 0 ? [...obstacles(layout), ...diagnosed.value] : [];
  const lines = cuts.length > 0 ? Object.values(layout.edges) : [];
  const sight = cuts.length > 0 ? sightOf(resting.value, stage.value) : null;
  const placed: Box[] = [];
  if (!STANDALONE)
    useLayoutEffect(() => {
      if (placed.length + reasons.peek().length > 0) reasons.value = placed;
    });
  return (
    <g class="cuts">
      {cuts.map((edge) => {
        const points = layout.edges[edge.id];
        if (!points || edge.reason === null) return null;
        const text = props.t.graph.reasons[edge.reason];
        const size = { width: props.measure(text, TYPE.note), height: HEIGHT };
        const free = placeLabel(points, size, { boxes, lines, sight });
        const whole = free && sight && wholeInSight(free, sight, MARGIN);
        const box = whole && !boxes.some((other) => overlap(whole, other)) ? whole : free;
        if (!box) return null;
        const link = linkTo(points, box);
        // Beside another edge it would be read as that one's.
        if (!STANDALONE && (!link || link.length > LOST)) return null;
        boxes.push(box);
        if (!STANDALONE) placed.push(box);
        return (
          <text key={edge.id} x={box.x} y={box.y + 15}>
            {text}
          </text>
        );
      })}
    </g>
  );
}
