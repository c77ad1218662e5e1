/** A small plot: a curve, the point where we are, and the tangent whose slope is the gradient. */
import type { JSX } from "preact";
import { formatScalar } from "../core/format";

type Point = readonly [number, number];

const WIDTH = 280;
const HEIGHT = 150;
const MARGIN = 12;
/** How far the tangent reaches on either side, as a part of the width. */
const TANGENT = 0.3;

export function Plot(props: {
  points: readonly Point[];
  at: Point;
  slope: number;
  label: string;
}): JSX.Element | null {
  const { points, at, slope } = props;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return null;
  const heights = [...points.map(([, y]) => y), at[1]];
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const tall = high - low || 1;
  const x = (value: number) => MARGIN + ((value - first[0]) / (last[0] - first[0])) * (WIDTH - 2 * MARGIN);
  const y = (value: number) => HEIGHT - MARGIN - ((value - low) / tall) * (HEIGHT - 2 * MARGIN);
  const path = points.map(([a, b], i) => `${i ? "L" : "M"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("");
  const reach = TANGENT * (last[0] - first[0]);
  const end = (side: -1 | 1): Point => [at[0] + side * reach, at[1] + side * reach * slope];
  const [from, to] = [end(-1), end(1)];
  return (
    <figure class="plot" data-testid="plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={props.label}>
        <path class="plot-curve" d={path} />
        <path class="plot-tangent" d={`M${x(from[0])} ${y(from[1])}L${x(to[0])} ${y(to[1])}`} />
        <circle class="plot-point" cx={x(at[0])} cy={y(at[1])} r={5} />
        <text x={MARGIN} y={HEIGHT - 1}>
          {formatScalar(first[0])}
        </text>
        <text x={WIDTH - MARGIN} y={HEIGHT - 1} text-anchor="end">
          {formatScalar(last[0])}
        </text>
      </svg>
      <figcaption class="muted">{props.label}</figcaption>
    </figure>
  );
}
