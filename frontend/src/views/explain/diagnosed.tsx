/** An error as it came about: what happened, what PyTorch's words mean, and the change that mends it, to be run. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { STANDALONE } from "../../build";
import type { Diagnosis } from "../../core/diagnosis";
import { diffOf } from "../../core/explain/edits";
import { words } from "../../i18n";
import { explanations } from "../../i18n/explain";
import { Icon } from "../../icons";
import { changesOf, diagnosesHere, diagnosis, isMendable, mend } from "../../state/diagnosis";
import { selected } from "../../state/screen";
import { onlyPlays } from "../../state/server";
import { mending } from "../../state/trial";
import { useRoom } from "../room";
import { Scroll } from "../scroll";
import { FitTable } from "./fit";
import { Sentence } from "./said";

export function Diagnosed(): JSX.Element | null {
  const last = diagnosis.value;
  return last ? <Found isError={last.isError} /> : null;
}

function Found({ isError }: { isError: boolean }): JSX.Element {
  const { words: t } = explanations.value;
  const box = useRef<HTMLElement>(null);
  useRoom(box, "diagnosis", selected.value === null ? "alone" : "beside");
  const label = isError ? t.label : t.remark;
  return (
    <section
      ref={box}
      class="side-part diagnosis"
      data-testid="diagnosis"
      data-error={isError}
      aria-label={label}
    >
      <h2 class="eyebrow diagnosis-head">
        <Icon name={isError ? "error" : "warning"} size={16} /> {label}
      </h2>
      <Scroll label={label}>
        {diagnosesHere.value.map((found, i) => (
          <Story key={i} found={found} />
        ))}
      </Scroll>
    </section>
  );
}

function Story({ found }: { found: Diagnosis }): JSX.Element {
  const { words: t, diagnosis: templates } = explanations.value;
  const { happened, meaning } = found;
  return (
    <>
      <ol class="diagnosis-story">
        {happened.map((said, i) => (
          <li key={i}>
            <Sentence said={said} templates={templates} />
          </li>
        ))}
      </ol>
      {found.fit ? <FitTable fit={found.fit} /> : null}
      <Mend found={found} />
      {meaning ? (
        <>
          <h3 class="eyebrow plain">{t.meaning}</h3>
          <p class="diagnosis-meaning">
            <Sentence said={meaning} templates={templates} />
          </p>
        </>
      ) : null}
    </>
  );
}

function Mend({ found }: { found: Diagnosis }): JSX.Element | null {
  const { words: t, diagnosis: templates } = explanations.value;
  const isLast = found === diagnosis.value;
  const { fix, trial } = (isLast && mending.value) || { fix: found.fix, trial: null };
  if (!STANDALONE && trial) {
    return (
      <p class="muted diagnosis-trial" data-testid="trial" data-trial={trial}>
        {templates[trial === "running" ? "trialRunning" : "trialFailed"]}
      </p>
    );
  }
  if (!fix) return null;
  const mended = { ...found, fix };
  return (
    <div class="diagnosis-mend">
      <h3 class="eyebrow plain">{t.mend}</h3>
      <p>
        <Sentence said={fix.label} templates={templates} />
      </p>
      {changesOf(mended).map(({ before, after }, cell) =>
        before === after ? null : <Diff key={cell} before={before} after={after} />,
      )}
      {STANDALONE || onlyPlays.value ? null : isMendable.value ? (
        <button type="button" class="button primary" data-testid="mend" onClick={() => mend(mended)}>
          <Icon name="run" size={16} /> {words.value.mending.run}
        </button>
      ) : (
        <p class="muted">{words.value.mending.edited}</p>
      )}
    </div>
  );
}

const SIGNS = { gone: "−", new: "+", same: " " };

function Diff({ before, after }: { before: string; after: string }): JSX.Element {
  const { words: t } = explanations.value;
  const names = { gone: t.gone, new: t.fresh, same: undefined };
  return (
    <pre class="diff" data-testid="diff">
      {diffOf(before, after).map(({ sign, text }, i) => (
        <code key={i} class={`diff-line diff-${sign}`} title={names[sign]}>
          <span class="diff-sign">{SIGNS[sign]}</span>
          {text || " "}
        </code>
      ))}
    </pre>
  );
}
