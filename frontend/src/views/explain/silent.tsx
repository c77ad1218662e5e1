/** What went wrong without an error does not show by itself: a banner leads to it, and then to the next. */
import type { JSX } from "preact";
import type { Run } from "../../core/run";
import { words } from "../../i18n";
import { explanations } from "../../i18n/explain";
import { Icon } from "../../icons";
import { type Silent as SilentMistake, silent, silentSeen } from "../../state/diagnosis";
import { goToEvent } from "../../state/player";
import { pane, selected } from "../../state/screen";

export function Silent(): JSX.Element | null {
  const found = silent.value;
  const t = explanations.value.words;
  const name = words.value.run.dismiss;
  if (!found) return null;
  return (
    <div class="banner banner-warn" data-testid="banner-silent">
      <Icon name="warning" size={18} />
      <p>
        {found.isFurther ? t.silentToo : t.silent}{" "}
        <button type="button" class="link" onClick={() => show(found)}>
          {t.show}
        </button>
      </p>
      <button
        type="button"
        class="tool"
        aria-label={name}
        title={name}
        onClick={() => seen(found.run, Number.POSITIVE_INFINITY)}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

function seen(run: Run, event: number): void {
  silentSeen.value = { run, event };
}

function show({ run, diagnosis }: SilentMistake): void {
  seen(run, diagnosis.event);
  goToEvent(diagnosis.event);
  selected.value = null;
  pane.value = "details";
}
