/** Where the Tab key stops at edges that have something to tell: after the cards, though edges are drawn beneath them. */
import type { JSX } from "preact";
import type { GraphEdge, LayoutDirection, Point } from "../../core/types";
import { flowingPath, pointAlong } from "../../graph/path";
import type { Messages } from "../../i18n/en";
import { memo } from "../memo";
import { hideTip, showTip } from "./tip";
import "../../style/edge-stop.css";

export interface EdgeStopProps {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  readonly direction: LayoutDirection;
  readonly from: string;
  readonly to: string;
  readonly t: Messages;
}

export const EdgeStop = memo(
  function EdgeStop({ edge, points, direction, from, to, t }: EdgeStopProps): JSX.Element {
    const reason = edge.reason === null ? t.graph.carriesGradient : t.graph.reasons[edge.reason];
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: one looks at it; focus only tells the reason
      <path
        class="edge-stop"
        role="img"
        aria-label={`${t.graph.edge(from, to)}: ${reason}`}
        tabindex={0}
        data-kind={edge.kind}
        d={flowingPath(points, direction)}
        onFocus={() => showTip(pointAlong(points, 0.5), reason)}
        onBlur={hideTip}
      />
    );
  },
  (a, b) => a.edge === b.edge && a.points === b.points && a.t === b.t && a.from === b.from && a.to === b.to,
);
