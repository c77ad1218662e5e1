/** What the step means, in one plain sentence, announced to screen readers. */
import type { JSX } from "preact";
import { narrate, sentenceParts } from "../core/narrate";
import { words } from "../i18n";
import { playing, step } from "../state/player";
import { run } from "../state/run";
import { language } from "../state/settings";

export function Sentence(): JSX.Element {
  const t = words.value.transport;
  const current = step.value;
  const of = run.value;
  const parts = of && current ? sentenceParts(narrate(of, current), language.value) : null;
  return (
    // While playing, a voice would fall behind the picture; the last sentence is read when it stops.
    <p
      class="sentence"
      data-testid="sentence"
      aria-live={playing.value ? "off" : "polite"}
      aria-atomic="true"
    >
      <span>
        {parts
          ? parts.map(({ text, code }, index) => (code ? <b key={index}>{text}</b> : text))
          : of
            ? t.before
            : t.idle}
      </span>
    </p>
  );
}
