/** What is odd about some numbers, in words beside its mark. */
import type { JSX } from "preact";
import { formatScalar, grouped } from "../../core/format";
import { oddityOf } from "../../core/oddities";
import { statisticsOf } from "../../core/statistics";
import type { Numbers } from "../../core/values";
import { words } from "../../i18n";
import { ODD_SHAPES } from "../graph/odd";

export function OddityRemark({ numbers }: { numbers: Numbers }): JSX.Element | null {
  const odd = oddityOf(numbers);
  if (odd === null) return null;
  const t = words.value.seeing.odditiesMean;
  const { nan, infinite, min, max } = statisticsOf(numbers);
  const most = Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0));
  const size = formatScalar(Number(most.toPrecision(3)));
  const text = {
    nan: t.nan(grouped(nan)),
    infinite: t.infinite(grouped(infinite)),
    zeros: t.zeros,
    exploding: t.exploding(size),
    vanishing: t.vanishing(size),
  }[odd];
  return (
    <p class="oddity" data-odd={odd}>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        <path d={ODD_SHAPES[odd]} />
      </svg>
      {text}
    </p>
  );
}
