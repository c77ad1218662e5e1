/** A box around the cards of a call, a loop, one of its iterations, or a branch; its title folds it. */
import type { ComponentChildren, JSX } from "preact";
import type { Box, Group as GroupData } from "../../core/types";
import { type Measure, TYPE } from "../../graph/measure";
import { groupTitle, TITLE_ROW } from "../../graph/titles";
import type { Messages } from "../../i18n/en";
import { loopOnView, showLoop } from "../../state/loop";
import { memo } from "../memo";

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

interface TitleProps extends GroupProps {
  readonly t: Messages;
  readonly measure: Measure;
  readonly onFold: (group: GroupData) => void;
}

/** Its title, above the edges that come in through the top. */
export const GroupTitle = memo(
  Title,
  (a, b) => a.group === b.group && a.box === b.box && a.t === b.t && a.onFold === b.onFold,
);

function Title(props: TitleProps): JSX.Element {
  const { group, box, t } = props;
  const lines = groupTitle(group, t);
  const fold = () => props.onFold(group);
  const hit = 38 + Math.max(...lines.map((line) => props.measure(line, TYPE.group)));
  const { loop } = group;
  return (
    <>
      <SvgButton
        class="group group-title"
        data={{ "data-group": group.id, "data-kind": group.kind, "aria-expanded": "true" }}
        label={t.graph.close(lines.join(" · "))}
        box={box}
        act={fold}
      >
        <rect class="group-hit" width={hit} height={10 + TITLE_ROW * lines.length} rx={14} />
        <path class="card-unfold" d="M13 11.5l4.5 5 4.5-5" />
        {lines.map((line, row) => (
          <text key={row} x={30} y={19 + TITLE_ROW * row}>
            {line}
          </text>
        ))}
      </SvgButton>
      {loop === null ? null : (
        <SvgButton
          class="group group-loop"
          data={{ "data-loop": String(loop) }}
          label={t.seeing.openLoop}
          box={{ ...box, x: box.x + hit, y: box.y + 3 }}
          act={() => {
            showLoop(loopOnView.value === loop ? null : loop);
          }}
        >
          <title>{t.seeing.openLoop}</title>
          <rect width={30} height={22} rx={11} />
          <path d="M8 15l4-5 4 3 6-7" />
        </SvgButton>
      )}
    </>
  );
}

function SvgButton(props: {
  class: string;
  data: Record<string, string>;
  label: string;
  box: Box;
  act: () => void;
  children: ComponentChildren;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      class={props.class}
      {...props.data}
      role="button"
      tabindex={0}
      aria-label={props.label}
      style={place(props.box)}
      onClick={props.act}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        props.act();
      }}
    >
      {props.children}
    </g>
  );
}

function place(box: Box) {
  return { transform: `translate(${box.x}px, ${box.y}px)` };
}
