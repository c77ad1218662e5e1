/** Pan and zoom of one of two pictures go along with the other's: each tells where cards are seen, and is told. */
import { effect } from "@preact/signals";
import { type Aim, type Told, written } from "../core/messages";
import { camera, goAlong, handled, stage } from "../state/camera";
import { scene } from "../state/scene";

/** So many cards are told: some of them may not be in the other picture. */
const MOST = 8;

function tell(message: Told): void {
  parent.postMessage(written(message), location.origin);
}

export function moveTogether(): void {
  let frame = 0;
  effect(() => {
    if (!handled.value) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const aim = presentAim();
      if (aim) tell({ type: "moved", aim });
    });
  });
}

function presentAim(): Aim | null {
  const [moved, drawn] = [handled.peek(), scene.peek()];
  if (!moved || !drawn) return null;
  const { x, y, k } = moved.smooth ? moved.to : camera.peek();
  const { width, height } = stage.peek();
  const far = (card: { x: number; y: number }) => Math.hypot(card.x - width / 2, card.y - height / 2);
  const cards = drawn.graph.cards
    .filter(({ kind }) => kind !== "folded")
    .flatMap(({ id }) => {
      const box = drawn.layout.nodes[id];
      return box ? [{ id, x: x + k * box.x, y: y + k * box.y }] : [];
    })
    .sort((one, other) => far(one) - far(other))
    .slice(0, MOST);
  return { k, cards, smooth: moved.smooth };
}

/** Looks as the other does, by the first of its cards that this picture has. */
export function lookAlong({ k, cards, smooth }: Aim): void {
  const nodes = scene.peek()?.layout.nodes ?? {};
  for (const { id, x, y } of cards) {
    const box = nodes[id];
    if (!box) continue;
    goAlong({ k, x: x - k * box.x, y: y - k * box.y }, smooth);
    return;
  }
}
