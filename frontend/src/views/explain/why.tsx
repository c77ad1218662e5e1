/** The question 'why?' at a tensor's gradient, and its answer at the step on view. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { STANDALONE } from "../../build";
import { nameOf } from "../../core/naming";
import { whyGradient } from "../../core/why";
import { explanations } from "../../i18n/explain";
import { Icon } from "../../icons";
import { foot } from "../../state/camera";
import { eventsDone } from "../../state/player";
import { run } from "../../state/run";
import { asking, presenting } from "../../state/screen";
import { tell } from "../../state/told";
import { useRoom } from "../room";
import { Sentence } from "./said";
import { Ways } from "./ways";

export function Why({ tensor }: { tensor: number }): JSX.Element | null {
  const { words: t } = explanations.value;
  const current = run.value;
  const k = eventsDone.value;
  if (!current?.tensorAt(tensor, k)) return null;
  const toggle = () => {
    asking.value = !asking.value;
  };
  if (!asking.value) {
    return (
      <button
        type="button"
        class="link why-ask"
        data-testid="why"
        title={t.whyOf(nameOf(current, tensor, k))}
        onClick={toggle}
        ref={STANDALONE ? null : takeFocus}
      >
        {t.why}
      </button>
    );
  }
  return <Answer answer={whyGradient(current, tensor, k)} tensor={tensor} hide={toggle} />;
}

let button: HTMLElement | null = null;
let hadFocus = false;

/** The button of the question and that of its answer take each other's place, and hand the focus on. */
function takeFocus(shown: HTMLElement | null): void {
  if (!shown) {
    hadFocus = document.activeElement === button;
    return;
  }
  button = shown;
  if (hadFocus && document.activeElement === document.body) shown.focus();
  hadFocus = false;
}

/** In the inspector it is scrolled to; on a wall the step is brought into sight above it. */
function answered(box: HTMLElement | null): (() => void) | undefined {
  if (!presenting.value) {
    box?.scrollIntoView({ block: "nearest" });
    return undefined;
  }
  foot.value = (box?.offsetHeight ?? 0) + ABOVE;
  return () => {
    foot.value = 0;
  };
}

const ABOVE = 24;

/** Of these it is asked which way brought how much. */
const SIZED = /large|small|plain|part/;

function Answer(props: {
  answer: ReturnType<typeof whyGradient>;
  tensor: number;
  hide: () => void;
}): JSX.Element {
  const { words: t, why: templates } = explanations.value;
  const { verdict, said } = props.answer;
  const box = useRef<HTMLDivElement>(null);
  useRoom(box, "why", "open");
  if (!STANDALONE) useLayoutEffect(() => answered(box.current), []);
  // A region that comes with its words in it is not read by all: this one is, and again when the answer is another.
  if (!STANDALONE) useEffect(() => tell(box.current?.textContent ?? ""), [verdict, JSON.stringify(said)]);
  return (
    <div
      ref={box}
      class="why"
      data-testid="why-answer"
      data-verdict={verdict}
      aria-live={STANDALONE ? "polite" : undefined}
    >
      <div class="why-head">
        <b>{`${t.why} ${t.verdicts[verdict]}`}</b>
        <button
          type="button"
          class="tool"
          aria-label={t.hideWhy}
          title={t.hideWhy}
          onClick={props.hide}
          ref={STANDALONE ? null : takeFocus}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      {said.map((each, i) => (
        <p key={i}>
          <Sentence said={each} templates={templates} />
        </p>
      ))}
      {!STANDALONE && SIZED.test(verdict) ? <Ways tensor={props.tensor} /> : null}
    </div>
  );
}
