/** One edge: a value on its way down, or a gradient on its way back; grey and dashed where no gradient passes. */
import type { JSX } from "preact";
import { STANDALONE } from "../../build";
import type { EdgeState, GraphEdge, LayoutDirection, Point } from "../../core/types";
import { flowingPath, pointAlong } from "../../graph/path";
import type { Messages } from "../../i18n/en";
import { memo } from "../memo";
import { hideTip, showTip } from "./tip";

export interface EdgeProps {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  readonly direction: LayoutDirection;
  readonly state: EdgeState;
  /** What came along it is part of what the node at work received. */
  readonly arrived: boolean;
  /** What its two ends are called. */
  readonly from: string;
  readonly to: string;
  readonly t: Messages;
}

export const Edge = memo(
  function Edge({ edge, points, direction, state, arrived, from, to, t }: EdgeProps): JSX.Element {
    const backward = state.state === "active" && state.direction === "backward";
    const path = flowingPath(points, direction);
    const back = flowingPath([...points].reverse(), direction);
    const reason = edge.reason === null ? t.graph.carriesGradient : t.graph.reasons[edge.reason];
    const label = `${t.graph.edge(from, to)}: ${reason}`;
    const tell = edge.kind === "tracked" ? undefined : () => showTip(pointAlong(points, 0.5), reason);
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: one looks at it; focus only tells the reason
      <g
        class="edge"
        role="img"
        aria-label={label}
        // On the page the Tab key comes to the cards first (`edge-stop.tsx`).
        aria-hidden={!STANDALONE && tell !== undefined}
        tabindex={STANDALONE ? tell && 0 : undefined}
        data-edge={edge.id}
        data-kind={edge.kind}
        data-reason={edge.reason ?? undefined}
        data-state={state.state}
        data-direction={state.direction ?? undefined}
        data-arrived={arrived}
        onPointerEnter={tell}
        // A finger leaves with each tap, and what it asked for stays until it is put down again.
        onPointerLeave={({ pointerType }) => pointerType === "touch" || hideTip()}
        onPointerUp={tell}
        onFocus={STANDALONE ? tell : undefined}
        // Chromium has the Tab key stop at what listens to this, whatever its tabindex.
        onBlur={STANDALONE ? tell && hideTip : undefined}
      >
        {tell ? <path class="edge-hit" d={path} /> : null}
        {backward ? (
          <>
            <path class="edge-line" d={back} marker-end="url(#arrow-backward)" />
            <path class="edge-flow" d={back} />
          </>
        ) : (
          <path
            class="edge-line"
            d={edge.upward ? back : path}
            marker-end={`url(#${arrowOf(edge, state)})`}
          />
        )}
      </g>
    );
  },
  (a, b) =>
    a.edge === b.edge &&
    a.points === b.points &&
    a.t === b.t &&
    a.from === b.from &&
    a.to === b.to &&
    a.arrived === b.arrived &&
    a.state.state === b.state.state &&
    a.state.direction === b.state.direction,
);

function arrowOf(edge: GraphEdge, state: EdgeState): string {
  if (state.state === "pending") return "arrow-pending";
  if (edge.kind !== "tracked") return "arrow-off";
  return state.state === "active" ? "arrow-forward" : "arrow-edge";
}

/** The heads of the arrows: their colour cannot follow the line's everywhere, so each has its own. */
export function ArrowHeads(): JSX.Element {
  const head = (id: string, size: number) => (
    <marker
      id={id}
      class={id}
      viewBox="0 0 10 10"
      refX={9}
      refY={5}
      markerWidth={size}
      markerHeight={size}
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 0.8 10 5 0 9.2z" />
    </marker>
  );
  return (
    <defs>
      {head("arrow-edge", 10)}
      {head("arrow-pending", 9)}
      {head("arrow-off", 10)}
      {head("arrow-forward", 12)}
      {head("arrow-backward", 18)}
    </defs>
  );
}
