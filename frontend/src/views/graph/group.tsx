/** A box around the cards of a call, a loop, one of its iterations, or a branch; its title folds it. */
import type { JSX } from "preact";
import type { Box, Group as GroupData } from "../../core/types";
import { groupTitle } from "../../graph/titles";
import type { Messages } from "../../i18n/en";

export function Group(props: {
  group: GroupData;
  box: Box;
  t: Messages;
  onFold: (group: GroupData) => void;
}): JSX.Element {
  const { group, box, t } = props;
  const title = groupTitle(group, t);
  const fold = () => props.onFold(group);
  return (
    <g class="group" data-group={group.id} data-kind={group.kind} style={{ transform: `translate(${box.x}px, ${box.y}px)` }}>
      <rect class="group-box" width={box.width} height={box.height} rx={14} />
      {/* biome-ignore lint/a11y/useSemanticElements: SVG has no button */}
      <g
        class="group-title"
        role="button"
        tabIndex={0}
        aria-expanded="true"
        aria-label={t.graph.close(title)}
        onClick={fold}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          event.stopPropagation();
          fold();
        }}
      >
        <rect class="group-hit" width={box.width} height={28} rx={14} />
        <path class="card-unfold" d="M13 11.5l4.5 5 4.5-5" />
        <text x={30} y={19}>
          {title}
        </text>
      </g>
    </g>
  );
}
