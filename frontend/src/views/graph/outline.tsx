/** The cards as a list for screen readers: SVG has no lists of its own, so their roles are said. */
import type { ComponentChildren, JSX } from "preact";
import type { Messages } from "../../i18n/en";
import { memo } from "../memo";
import { Card, sameCard } from "./card";
import type { CardProps } from "./card-props";

export function Outline(props: { t: Messages; children: ComponentChildren }): JSX.Element {
  const list = { role: "list", "aria-description": props.t.everywhere.outlineHint } as const;
  return (
    <g class="cards" aria-label={props.t.everywhere.outline} {...list}>
      {props.children}
    </g>
  );
}

export interface OutlineItemProps extends CardProps {
  readonly index: number;
  readonly of: number;
}

/** A card, which says the how-manieth of all it is: what is out of sight is not drawn. */
export const OutlineItem = memo(
  function OutlineItem({ index, of, ...card }: OutlineItemProps): JSX.Element {
    const item = { role: "listitem", "aria-posinset": index + 1, "aria-setsize": of } as const;
    return (
      <g {...item}>
        <Card {...card} />
      </g>
    );
  },
  (a, b) => a.index === b.index && a.of === b.of && sameCard(a, b),
);
