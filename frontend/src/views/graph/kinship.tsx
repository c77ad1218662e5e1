/** A dotted line from a node's card to the box of what its VJP recorded: which first-order node the second graph is of. */
import type { JSX } from "preact";
import type { Box } from "../../core/types";
import type { Scene } from "../../state/scene";

/** Where on the box's side the line ends: beside its title. */
const TITLE = 15;

export function Kinship({ scene }: { scene: Scene }): JSX.Element {
  const { graph, layout } = scene;
  return (
    <g class="kinship">
      {graph.groups.map(({ id, kind, node }) => {
        const box = layout.groups[id];
        const maker =
          kind === "vjp" ? graph.cards.find((card) => card.node === node && !card.fold) : undefined;
        const from = maker && layout.nodes[maker.id];
        return box && from ? <path key={id} data-kin={maker.id} d={between(from, box)} /> : null;
      })}
    </g>
  );
}

/** From the side of a card that faces the box to the nearer end of the box's title row. */
function between(card: Box, box: Box): string {
  const isLeft = card.x + card.width / 2 < box.x + box.width / 2;
  const start = isLeft ? card.x + card.width : card.x;
  const end = isLeft ? box.x : box.x + box.width;
  const [y1, y2] = [card.y + card.height / 2, box.y + TITLE];
  const middle = (start + end) / 2;
  return `M${start} ${y1}C${middle} ${y1} ${middle} ${y2} ${end} ${y2}`;
}
