/** A box around the cards of a call, a loop, one of its iterations, or a branch; its title folds it. */
import type { JSX } from "preact";
import type { Box, Group as GroupData } from "../../core/types";
import { groupTitle } from "../../graph/titles";
import type { Messages } from "../../i18n/en";

interface GroupProps {
  readonly group: GroupData;
  readonly box: Box;
}

/** The box itself, below everything. */
export function GroupBox({ group, box }: GroupProps): JSX.Element {
  return (
    <g class="group" data-kind={group.kind} style={place(box)}>
      <rect class="group-box" width={box.width} height={box.height} rx={14} />
    </g>
  );
}

/** Its title, above the edges that come in through the top. */
export function GroupTitle(
  props: GroupProps & { t: Messages; onFold: (group: GroupData) => void },
): JSX.Element {
  const { group, box, t } = props;
  const title = groupTitle(group, t);
  const fold = () => props.onFold(group);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      class="group group-title"
      data-group={group.id}
      data-kind={group.kind}
      role="button"
      tabindex={0}
      aria-expanded="true"
      aria-label={t.graph.close(title)}
      style={place(box)}
      onClick={fold}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        fold();
      }}
    >
      <rect class="group-hit" width={Math.min(box.width, 30 + 9 * title.length)} height={28} rx={14} />
      <path class="card-unfold" d="M13 11.5l4.5 5 4.5-5" />
      <text x={30} y={19}>
        {title}
      </text>
    </g>
  );
}

function place(box: Box) {
  return { transform: `translate(${box.x}px, ${box.y}px)` };
}
