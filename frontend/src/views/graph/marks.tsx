/** At the right end of a card's band: whose memory it shares and at which version, and whether its node holds buffers. */
import type { JSX } from "preact";
import type { StorageMark } from "../../core/aliasing";
import { MARK_PAD, markText } from "../../graph/face";
import { type Measure, TYPE } from "../../graph/measure";
import type { Messages } from "../../i18n/en";

/** Ends at `right`. */
export function Storage(props: {
  mark: StorageMark;
  version: number;
  written: boolean;
  right: number;
  t: Messages;
  measure: Measure;
}): JSX.Element {
  const { mark, version, written, right, t, measure } = props;
  const text = markText(mark, version);
  const width = measure(text, TYPE.mark) + MARK_PAD;
  return (
    <g class="storage" data-storage={mark.letter ?? undefined} data-written={written}>
      <title>
        {mark.letter === null ? t.seeing.version(version) : t.seeing.shares(mark.letter, version)}
      </title>
      <rect x={right - width} y={5} width={width} height={19} rx={9.5} />
      <text x={right - width / 2} y={19} text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

/** Full while the node keeps tensors for its backward; emptied once they are freed. */
export function Buffers({ x, freed, t }: { x: number; freed: boolean; t: Messages }): JSX.Element {
  return (
    <g class={freed ? "card-freed" : "card-saved"}>
      <title>{freed ? t.graph.freed : t.seeing.saved}</title>
      <circle cx={x + 6} cy={14} r={4.5} />
    </g>
  );
}
