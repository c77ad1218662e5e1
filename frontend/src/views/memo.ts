/** A component that is drawn again only when its properties differ by the given measure. */
import { Component, type ComponentType, type VNode } from "preact";

export function memo<P extends object>(
  drawn: (props: P) => VNode,
  same: (before: P, after: P) => boolean,
): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !same(this.props, next);
    }

    override render(): VNode {
      return drawn(this.props);
    }
  };
}
