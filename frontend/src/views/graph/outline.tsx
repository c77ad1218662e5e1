/** The cards as a list for screen readers: SVG has no lists of its own, so their roles are said. */
import type { ComponentChildren, JSX } from "preact";
import type { Messages } from "../../i18n/en";

export function Outline(props: { t: Messages; children: ComponentChildren }): JSX.Element {
  const list = { role: "list", "aria-description": props.t.everywhere.outlineHint } as const;
  return (
    <g class="cards" aria-label={props.t.everywhere.outline} {...list}>
      {props.children}
    </g>
  );
}

/** What is out of sight is not drawn: an item says which of all it is. */
export function OutlineItem(props: { index: number; of: number; children: ComponentChildren }): JSX.Element {
  const item = { role: "listitem", "aria-posinset": props.index + 1, "aria-setsize": props.of } as const;
  return <g {...item}>{props.children}</g>;
}
