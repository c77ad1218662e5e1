/** The whole drawing in small, where it is larger than the screen: what is in sight, what is at work; drag to look there. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { STANDALONE } from "../../build";
import type { Box, Size } from "../../core/types";
import { sightOf } from "../../graph/camera";
import { type Corner, type Place, placeAmong } from "../../graph/corner";
import { words } from "../../i18n";
import { camera, foot, moveCamera, resting, stage } from "../../state/camera";
import { loopOnView } from "../../state/loop";
import { labelled, pointedAt } from "../../state/pointed";
import { activeCards, scene } from "../../state/scene";
import { presenting } from "../../state/screen";
import "../../style/minimap.css";

const WIDTH = 168;
const HEIGHT = 112;
/** In a larger picture than this the map is as much larger. */
const ROOM: Size = { width: 1500, height: 900 };

const boxOf = ({ x, y, width, height }: Box) => `M${x} ${y}h${width}v${height}h${-width}z`;

/** All cards, as one outline. */
const outline = computed(() => {
  const drawn = scene.value;
  if (!drawn) return "";
  return drawn.graph.cards
    .flatMap(({ id }) => drawn.layout.nodes[id] ?? [])
    .map(boxOf)
    .join("");
});

export function Minimap(): JSX.Element | null {
  const drawn = scene.value;
  const room = stage.value;
  if (!drawn || room.width < SMALLEST) return null;
  const { width, height, nodes } = drawn.layout;
  const sight = sightOf(camera.value, room);
  const isWhole = sight.width >= width * 0.9 && sight.height >= height * 0.9;
  if (isWhole || width === 0) return null;
  const larger = STANDALONE ? 1 : Math.max(1, Math.min(room.width / ROOM.width, room.height / ROOM.height));
  const scale = larger * Math.min(WIDTH / width, HEIGHT / height);
  const size = { width: Math.max(24, width * scale), height: Math.max(24, height * scale) };
  const look = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    const frame = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * width;
    const y = ((event.clientY - frame.top) / frame.height) * height;
    const { k } = camera.value;
    moveCamera({ k, x: room.width / 2 - k * x, y: room.height / 2 - k * y }, false, true);
  };
  const { corner, covers } = placeOf(size, Object.values(nodes));
  const box = (id: string) => (nodes[id] ? boxOf(nodes[id]) : "");
  return (
    <svg
      class="minimap"
      data-testid="minimap"
      viewBox={`0 0 ${width} ${height}`}
      data-corner={corner}
      data-over={covers}
      style={{ width: `${size.width}px`, height: `${size.height}px` }}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.value.seeing.minimap}
      onPointerDown={look}
      onPointerMove={look}
    >
      <path class="minimap-cards" d={outline.value} />
      <path
        class="minimap-active"
        d={activeCards.value.map(box).join("")}
        vector-effect="non-scaling-stroke"
      />
      <rect class="minimap-sight" {...sight} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

let stands: Corner = "top-right";

/**
 * Out of the way of what is pointed at and of the labels beside it, of the loop's panel on the left and of a question at the
 * foot; then of all other cards, as far as can be. It stays where it is as long as nothing is to be seen there.
 */
function placeOf(size: Size, cards: Box[]): Place {
  const corners: Corner[] =
    loopOnView.value === null ? ["top-right", "top-left", "bottom-left"] : ["top-right", "bottom-right"];
  const free = foot.value > INSETS.bottom ? corners.filter((each) => each.startsWith("top")) : corners;
  const order = free.includes(stands) ? [stands, ...free] : free;
  // On a wall it covers nothing: rather than that it is left out there.
  const boxes = [...pointedAt.value, ...labelled.value, ...(!STANDALONE && presenting.value ? cards : [])];
  const place = placeAmong(order, size, stage.value, INSETS, boxes, resting.value, cards);
  stands = place.corner;
  return place;
}

/** How far from the edges the map stands, its border with it, in pixels; below it are the picture's tools. */
const INSETS = { side: 16, top: 16, bottom: 64 };

/** On a phone the map would cover what it shows. */
const SMALLEST = 480;
