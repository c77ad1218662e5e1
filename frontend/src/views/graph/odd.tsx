/** The mark and the word for what is odd about some numbers: a shape of its own for each, besides the colour. */
import type { JSX } from "preact";
import type { Oddity } from "../../core/oddities";
import type { Messages } from "../../i18n/en";

/** On a grid of 14 by 14: a triangle for what is no number, a ring for nothing, arrows for too large and too small. */
export const ODD_SHAPES: Record<Oddity, string> = {
  nan: "M7 1.5 13 12.5H1zM7 5.4v3.4M7 10.6v.4",
  infinite: "M7 1.5 13 12.5H1zM7 5.4v3.4M7 10.6v.4",
  zeros: "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2z",
  exploding: "M2.5 7.5 7 3l4.5 4.5M2.5 12 7 7.5l4.5 4.5",
  vanishing: "M2.5 2.5 7 7l4.5-4.5M2.5 7 7 11.5 11.5 7",
};

/** `(x, y)` is where its text's line begins. */
export function Odd(props: { odd: Oddity | null; x: number; y: number; t: Messages }): JSX.Element | null {
  const { odd, x, y, t } = props;
  if (odd === null) return null;
  return (
    <g class="odd" data-odd={odd} transform={`translate(${x} ${y})`}>
      <path d={ODD_SHAPES[odd]} transform="translate(0 -11.5)" />
      <text x={18}>{t.seeing.oddities[odd]}</text>
    </g>
  );
}
