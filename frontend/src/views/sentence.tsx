/** What the step means, in one plain sentence, announced to screen readers. */
import type { JSX } from "preact";
import { STANDALONE } from "../build";
import { narrate, sentenceParts } from "../core/narrate";
import { words } from "../i18n";
import { nodeOfStep, playing, step } from "../state/player";
import { run } from "../state/run";
import { onlyPlays } from "../state/server";
import { language } from "../state/settings";
import { later } from "./later";

const Because = later(() => import("./because").then((module) => module.Because));

/** On a phone a sentence with more letters may have to be scrolled (`transport.css`). */
const LONG = 100;

function isScrolled(parts: readonly { text: string }[]): boolean {
  const letters = parts.reduce((sum, { text }) => sum + text.length, 0);
  return letters > LONG && matchMedia("(max-width: 860px)").matches;
}

export function Sentence(): JSX.Element {
  // Read at once: sentences of a language come with its words.
  const t = words.value;
  const current = step.value;
  const of = run.value;
  const parts = of && current ? sentenceParts(narrate(of, current), language.value) : null;
  const scrolled = parts && isScrolled(parts);
  return (
    // While playing, a voice would fall behind the picture; the last sentence is read when it stops.
    <p
      class="sentence"
      data-testid="sentence"
      aria-live={playing.value ? "off" : "polite"}
      aria-atomic="true"
      tabIndex={scrolled ? 0 : undefined}
      // A new function at each step: it begins with its first line.
      ref={scrolled ? (all) => all?.scrollTo(0, 0) : null}
    >
      <span>
        {parts
          ? parts.map(({ text, code }, index) => (code ? <b key={index}>{text}</b> : text))
          : STANDALONE || of || onlyPlays.value
            ? t.transport.before
            : t.nothing.idle}
        {of && nodeOfStep.value !== null ? <Because run={of} node={nodeOfStep.value} /> : null}
      </span>
    </p>
  );
}
