/** In one line what differs now; as a table what every name holds; and both sentences for who listens. */
import type { JSX } from "preact";
import { narrate, sentenceParts } from "../../core/narrate";
import type { Held } from "../../core/pair/names";
import { pairWords } from "../../i18n/pair";
import type { SideId } from "../../state/beside";
import { pair, tableOpen } from "../../state/pair";
import { differing, held, isMarked, place, playing, standing, steps, telling } from "../../state/paired";
import { language } from "../../state/settings";
import { nameOf } from "./pane";

/** More names than these are counted. */
const MOST = 3;

function told({ name, a, b }: Held): string {
  const t = pairWords.value;
  if (a === null) return t.onlyIn(name, b ?? "", t.letters.b);
  if (b === null) return t.onlyIn(name, a, t.letters.a);
  return t.in(name, a, b);
}

function summary(): string {
  const t = pairWords.value;
  const found = telling.value;
  if (found.length === 0) return isMarked.value ? t.sameButMarked : t.same;
  const gap = language.value === "zh" ? "；" : "; ";
  const named = found.slice(0, MOST).map(told).join(gap);
  return found.length > MOST ? `${named}${gap}${t.more(found.length - MOST)}` : named;
}

export function Summary(): JSX.Element {
  const t = pairWords.value;
  const found = telling.value;
  const kind = differing.value[place.value - 1] ?? null;
  return (
    <p class="pair-summary" data-testid="pair-summary" data-differs={found.length > 0}>
      <span class="pair-sign" aria-hidden="true">
        {found.length > 0 || isMarked.value ? "≠" : "="}
      </span>
      <span class="pair-told">
        {found.slice(0, MOST).map((each) => (
          <span key={each.name} class="pair-held">
            {told(each)}
          </span>
        ))}
        {found.length === 0
          ? isMarked.value
            ? t.sameButMarked
            : t.same
          : found.length > MOST
            ? t.more(found.length - MOST)
            : null}
      </span>
      {kind ? <span class="pair-kind muted">{t.here[kind]}</span> : null}
    </p>
  );
}

/** Read out when it changes: the sentence of each run, and what differs. While playing, a voice would fall behind. */
export function Announcement(): JSX.Element {
  const t = pairWords.value;
  const said = (side: SideId) => {
    const of = pair.value?.[side];
    const step = steps.value[side];
    if (!of) return "";
    const stands = standing(side);
    const sentence = step
      ? sentenceParts(narrate(of.run, step), language.value)
          .map(({ text }) => text)
          .join("")
      : t.before;
    return t.says(t.run(t.letters[side], nameOf(of)), stands ? t[stands] : sentence);
  };
  return (
    <p
      class="visually-hidden"
      data-testid="pair-announcement"
      aria-live={playing.value ? "off" : "polite"}
      aria-atomic="true"
    >
      {`${said("a")} ${said("b")} ${summary()}`}
    </p>
  );
}

export function Table(): JSX.Element | null {
  const t = pairWords.value;
  const both = pair.value;
  if (!tableOpen.value || !both) return null;
  return (
    <section class="pair-table" data-testid="compare" aria-label={t.tableLabel} tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">A · {nameOf(both.a)}</th>
            <th scope="col">B · {nameOf(both.b)}</th>
          </tr>
        </thead>
        <tbody>
          {held.value.map(({ name, a, b }) => (
            <tr key={name} data-name={name} data-differs={a !== b}>
              <th scope="row" class="mono">
                {a === b ? "" : <span title={t.differs}>≠ </span>}
                {name}
              </th>
              <td class="mono">{a ?? "–"}</td>
              <td class="mono">{b ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
