/** The list of keys, from the same table that the keys are read by. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../i18n";
import { Icon } from "../icons";
import { isPossible } from "../keyboard";
import { BINDINGS } from "../keys";
import { helpOpen } from "../state/screen";

export function Help(): JSX.Element {
  const t = words.value.help;
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    else if (!open && element?.open) element.close();
  }, [open]);
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="help keys" data-testid="help" aria-labelledby="help-title" onClose={close}>
      <div class="help-head">
        <h2 id="help-title">{t.title}</h2>
        <button type="button" class="button quiet square" aria-label={t.close} onClick={close}>
          <Icon name="close" size={18} />
        </button>
      </div>
      <dl>
        {BINDINGS.filter(({ command }) => isPossible(command)).map(({ command, keys, caps = keys }) => (
          <div key={command} class="help-row">
            <dt>{{ ...words.value.commands, ...t.commands }[command]}</dt>
            <dd>
              {caps.map((cap, index) => (
                <>
                  {command === "speed" && index > 0 ? <span class="muted">{t.to}</span> : null}
                  <Cap text={cap.length > 1 ? cap : cap.toUpperCase()} />
                </>
              ))}
            </dd>
          </div>
        ))}
        {isPossible("run") ? (
          <div class="help-row">
            <dt>{t.commands.run}</dt>
            <dd>
              <Cap text="Ctrl" />
              <Cap text="Enter" />
            </dd>
          </div>
        ) : null}
      </dl>
      <p class="muted">
        {t.clicker} {isPossible("run") ? words.value.cells.leave : null}
      </p>
    </dialog>
  );
}

const ARROWS: Record<string, string> = {
  "→": "M4 10h11M11 6l4 4-4 4",
  "←": "M16 10H5M9 6l-4 4 4 4",
  "↑": "M10 16V5M6 9l4-4 4 4",
  "↓": "M10 4v11M6 11l4 4 4-4",
};

/** Arrows are drawn: not every font has them. */
function Cap({ text }: { text: string }): JSX.Element {
  const arrow = ARROWS[text];
  return (
    <kbd>
      {arrow ? (
        <svg class="icon cap-arrow" viewBox="0 0 20 20" role="img" aria-label={text}>
          <path d={arrow} />
        </svg>
      ) : (
        text
      )}
    </kbd>
  );
}
