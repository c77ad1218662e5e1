/** The question before a gradient shows, and how the prediction went after. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { STANDALONE } from "../build";
import { formatNumbers } from "../core/format";
import { numbersIn, type Prediction, type Sign } from "../core/predict";
import { words } from "../i18n";
import { inLanguage } from "../i18n/languages";
import { Icon } from "../icons";
import { foot } from "../state/camera";
import { next } from "../state/player";
import { choose, guessNumbers, guessSign, pending, type Verdict, verdict } from "../state/reveal";
import { language } from "../state/settings";
import "../style/reveal.css";

const SIGNS: readonly Sign[] = ["−", "0", "+"];

/** A step that the panel would cover is brought into sight above it. */
function useRoom(): { readonly current: HTMLElement | null } {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    foot.value = panel.current ? panel.current.offsetHeight + GAP : 0;
    return () => {
      foot.value = 0;
    };
  }, []);
  return panel;
}

/** Between the panel and what stands above and below it. */
const GAP = 12;

export function Reveal(): JSX.Element | null {
  if (pending.value) return <Question key={pending.value.event} prediction={pending.value} />;
  return verdict.value ? <Result verdict={verdict.value} /> : null;
}

function Question({ prediction }: { prediction: Prediction }): JSX.Element {
  const t = words.value.reveal;
  const { tensor, gradient } = prediction;
  // A file has no lesson.
  const question = STANDALONE ? null : prediction.question;
  const text = question ? inLanguage(question.text, language.value) : t.question(tensor);
  return (
    <section ref={useRoom()} class="reveal" data-testid="reveal" aria-label={t.label}>
      <p class="reveal-text" role="status">
        {text}
      </p>
      {question?.choices ? (
        <div class="reveal-choices">
          {question.choices.map((choice, index) => (
            <button
              key={choice.en}
              type="button"
              class="button"
              onClick={() => choose(prediction, index, inLanguage(choice, language.value))}
            >
              {inLanguage(choice, language.value)}
            </button>
          ))}
        </div>
      ) : gradient ? (
        <Guess prediction={prediction} />
      ) : null}
      <button type="button" class="link" data-testid="reveal-show" onClick={next}>
        {t.show}
      </button>
    </section>
  );
}

function Guess({ prediction }: { prediction: Prediction }): JSX.Element {
  const t = words.value.reveal;
  const field = useRef<HTMLInputElement>(null);
  const [unreadable, setUnreadable] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    const said = field.current?.value ?? "";
    const numbers = numbersIn(said);
    if (numbers) guessNumbers(prediction, said, numbers);
    else setUnreadable(true);
  };
  return (
    <form class="reveal-guess" onSubmit={submit}>
      <input
        ref={field}
        type="text"
        class="mono"
        data-testid="reveal-guess"
        autocomplete="off"
        aria-label={t.guess}
        aria-invalid={unreadable}
        placeholder={t.guess}
      />
      <button type="submit" class="button primary">
        {t.check}
      </button>
      <fieldset class="reveal-signs" aria-label={t.sign}>
        {SIGNS.map((sign) => (
          <button
            key={sign}
            type="button"
            class="button mono"
            aria-label={`${sign} ${t.signs[sign]}`}
            title={t.signs[sign]}
            onClick={() => guessSign(prediction, sign)}
          >
            {sign}
          </button>
        ))}
      </fieldset>
      {unreadable ? <span role="alert">{t.unreadable}</span> : null}
    </form>
  );
}

function Result({ verdict: given }: { verdict: Verdict }): JSX.Element {
  const t = words.value.reveal;
  const { prediction, said, right } = given;
  const { gradient, question } = prediction;
  const choice = STANDALONE ? undefined : question?.choices?.[question.right ?? -1];
  const answer = gradient ? formatNumbers(gradient) : choice ? inLanguage(choice, language.value) : "";
  return (
    <section ref={useRoom()} class="reveal" data-testid="reveal" data-right={right} aria-label={t.label}>
      <p class="reveal-text" role="status">
        <Icon name={right ? "check" : "close"} size={20} /> <b>{right ? t.right : t.wrong}</b>{" "}
        {right ? answer : t.instead(said, answer)}
      </p>
    </section>
  );
}
