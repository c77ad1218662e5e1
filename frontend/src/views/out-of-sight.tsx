/** What is out of sight in a pane waits until the steps pause: what they change in sight comes first. */
import { Component, type ComponentChildren, createRef, type JSX } from "preact";

/** So long without another step, in milliseconds, is a pause. */
const PAUSE = 200;

export class OutOfSight extends Component<{ children: ComponentChildren }> {
  readonly #box = createRef<HTMLDivElement>();
  #observer: IntersectionObserver | null = null;
  #isSeen = true;
  #pause: ReturnType<typeof setTimeout> | undefined;

  override componentDidMount(): void {
    const box = this.#box.current;
    if (!box) return;
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#isSeen = entries.at(-1)?.isIntersecting ?? true;
        if (this.#isSeen && this.#pause !== undefined) this.#catchUp();
      },
      { root: box.parentElement },
    );
    this.#observer.observe(box);
  }

  override componentWillUnmount(): void {
    this.#observer?.disconnect();
    clearTimeout(this.#pause);
  }

  override shouldComponentUpdate(): boolean {
    clearTimeout(this.#pause);
    this.#pause = this.#isSeen ? undefined : setTimeout(() => this.#catchUp(), PAUSE);
    return this.#isSeen;
  }

  #catchUp(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.forceUpdate();
  }

  override render(): JSX.Element {
    return <div ref={this.#box}>{this.props.children}</div>;
  }
}
