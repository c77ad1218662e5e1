/** After a change that mends: what was changed, and the way back. */
import type { JSX } from "preact";
import { plain } from "../../core/explain/said";
import { words } from "../../i18n";
import { explanations } from "../../i18n/explain";
import { Icon } from "../../icons";
import { mended, showBeforeAndAfter, undo } from "../../state/diagnosis";
import { isRunning } from "../../state/run";

export function Mended(): JSX.Element | null {
  const change = mended.value;
  const { diagnosis: templates } = explanations.value;
  const label = change?.diagnosis.fix?.label;
  if (!label) return null;
  const t = words.value.mending;
  return (
    <div class="banner banner-good" data-testid="banner-mended">
      <Icon name="check" size={18} />
      <p>
        {t.mended(plain(templates, label))}{" "}
        <button
          type="button"
          class="link"
          data-testid="before-after"
          disabled={isRunning.value}
          onClick={showBeforeAndAfter}
        >
          {t.beside}
        </button>{" "}
        <button type="button" class="link" onClick={undo}>
          {t.undo}
        </button>
      </p>
    </div>
  );
}
