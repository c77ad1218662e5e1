/** A part that scrolls: reachable by the keyboard, so that its end can be read without a mouse. */
import type { ComponentChildren, JSX, Ref } from "preact";

export function Scroll(props: {
  label: string;
  box?: Ref<HTMLDivElement>;
  children: ComponentChildren;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll what has the focus
    // biome-ignore lint/a11y/useSemanticElements: a group of the section it is in, not a fieldset
    <div class="side-scroll" role="group" aria-label={props.label} tabIndex={0} ref={props.box ?? null}>
      {props.children}
    </div>
  );
}
