/** The body of a node's card: each saved value in its box, with the version then and now; empty once it is freed. */
import type { JSX } from "preact";
import type { CardState } from "../../core/types";
import { BAND, type CardFace, PAD } from "../../graph/face";
import { fitText, type Measure, TYPE } from "../../graph/measure";
import { type Keepsake, keepsakes, SAVED_ROW, versionOf } from "../../graph/node-face";
import { eventsDone } from "../../state/player";
import type { CardProps } from "./card-props";

export function NodeBody({ run, card, face, state, t, measure }: CardProps): JSX.Element | null {
  if (card.node === null || state.state === "pending") return null;
  return (
    <g class="saved-values">
      {keepsakes(run, card.node, t).map((kept, index) => (
        <SavedRow
          key={kept.name}
          kept={kept}
          y={BAND + 5 + index * SAVED_ROW}
          now={versionNow(kept)}
          state={state}
          face={face}
          measure={measure}
        />
      ))}
    </g>
  );

  function versionNow({ saved }: Keepsake): number | null {
    const tensor = saved?.tensor ?? null;
    const storage = tensor === null ? undefined : run.trace.tensors[tensor]?.storage;
    return storage === undefined ? null : (run.storageAt(storage, eventsDone.value)?.version ?? null);
  }
}

function SavedRow(props: {
  kept: Keepsake;
  y: number;
  now: number | null;
  state: CardState;
  face: CardFace;
  measure: Measure;
}): JSX.Element {
  const { kept, y, now, state, face, measure } = props;
  const version = versionOf(kept);
  const isStale = version !== null && now !== null && now !== version;
  const isEmpty = state.freed && kept.saved !== null && kept.saved.tensor !== null;
  const text = isEmpty || !kept.what ? kept.name : `${kept.name} = ${kept.what}`;
  const versions = version === null || isEmpty ? "" : isStale ? `v${version} → v${now}` : `v${version}`;
  const room = face.width - 2 * PAD - measure(versions, TYPE.note) - 10;
  return (
    <g
      class="saved-value"
      data-freed={isEmpty || undefined}
      data-stale={isStale || undefined}
      transform={`translate(${PAD - 5} ${y})`}
    >
      <rect width={face.width - 2 * PAD + 10} height={SAVED_ROW - 3} rx={5} />
      <text x={6} y={14}>
        {fitText(text, TYPE.note, room, measure)}
      </text>
      <text class="saved-version" x={face.width - 2 * PAD + 4} y={14} text-anchor="end">
        {versions}
      </text>
    </g>
  );
}
