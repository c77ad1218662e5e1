/** What the colours of a heatmap mean: the largest magnitude on both sides of zero. */
import type { JSX } from "preact";
import { formatScalar } from "../../core/format";
import { heatColour } from "../../graph/heat";
import { words } from "../../i18n";

export function Scale({ scale, strength }: { scale: number; strength?: number }): JSX.Element | null {
  if (scale === 0) return null;
  const most = formatScalar(Number(scale.toPrecision(3)));
  const stops = [-1, 0, 1].map((weight) => heatColour(weight, strength)).join(", ");
  return (
    <span class="scale mono" role="img" aria-label={words.value.seeing.scale(`-${most}`, most)}>
      <span>−{most}</span>
      <span class="scale-bar" style={{ background: `linear-gradient(90deg, ${stops})` }} />
      <span>{most}</span>
    </span>
  );
}
