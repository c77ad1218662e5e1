/** Below an answer: the ways by which the gradient came, each leading to its step. */
import type { JSX } from "preact";
import { waysTo } from "../../core/why/ways";
import { words } from "../../i18n";
import { eventsDone } from "../../state/player";
import { run } from "../../state/run";
import { Sentence } from "./said";

export function Ways({ tensor }: { tensor: number }): JSX.Element | null {
  const current = run.value;
  const ways = current ? waysTo(current, tensor, eventsDone.value) : [];
  if (ways.length === 0) return null;
  return (
    <p class="why-ways" data-testid="why-ways">
      {ways.map((way, i) => (
        <span key={i}>
          <Sentence said={way} templates={words.value.ways} />{" "}
        </span>
      ))}
    </p>
  );
}
