/** One of the two: its name, its player in a frame, and its sentence, or why it stands. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { narrate, sentenceParts } from "../../core/narrate";
import { inLanguage } from "../../i18n/languages";
import { pairWords } from "../../i18n/pair";
import type { SideId } from "../../state/beside";
import { pair, type Side } from "../../state/pair";
import { standing, steps } from "../../state/paired";
import { language } from "../../state/settings";
import { later } from "../later";
import { Scroll } from "../scroll";
import { lead, playerAddress } from "./frames";

const Because = later(() => import("../because").then((module) => module.Because));

export function nameOf({ name }: Side): string {
  return typeof name === "string" ? pairWords.value.sides[name] : inLanguage(name, language.value);
}

export function Pane({ side }: { side: SideId }): JSX.Element | null {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => (frame.current ? lead(frame.current, side) : undefined), []);
  const shown = pair.value?.[side];
  const t = pairWords.value;
  if (!shown) return null;
  const name = nameOf(shown);
  const stands = standing(side);
  return (
    <section
      class="pair-pane"
      data-testid={`pane-${side}`}
      data-stands={stands ?? undefined}
      aria-label={t.run(t.letters[side], name)}
    >
      <h2 class="pair-name">
        <span class="pair-letter" aria-hidden="true">
          {t.letters[side]}
        </span>
        <span class="pair-name-text">{name}</span>
        {stands ? (
          <span class="pair-stands" data-testid={`stands-${side}`}>
            {t[stands]}
          </span>
        ) : null}
      </h2>
      <iframe
        ref={frame}
        class="pair-frame"
        data-testid={`frame-${side}`}
        title={t.picture(t.letters[side], name)}
        src={playerAddress(side)}
      />
      <div class="pair-sentence" data-testid={`sentence-${side}`}>
        <Scroll label={t.sentence(t.letters[side])}>
          <Said side={side} />
        </Scroll>
      </div>
    </section>
  );
}

/** What the run's last step means; where it stands, what it stands at. */
function Said({ side }: { side: SideId }): JSX.Element {
  // Read at once: sentences of a language come with its words.
  const t = pairWords.value;
  const step = steps.value[side];
  const run = pair.value?.[side].run;
  const parts = run && step ? sentenceParts(narrate(run, step), language.value) : null;
  return (
    // A new function each time: what is told next is read from its first line.
    <p ref={(said) => said?.parentElement?.scrollTo(0, 0)}>
      {parts ? parts.map(({ text, code }, index) => (code ? <b key={index}>{text}</b> : text)) : t.before}
      {run && step?.kind === "vjp" && step.node !== null ? <Because run={run} node={step.node} /> : null}
    </p>
  );
}
