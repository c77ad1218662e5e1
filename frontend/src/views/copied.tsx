/** A text in a field to be copied, with a button that copies it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { words } from "../i18n";
import { Icon, type IconName } from "../icons";

export function Copied(props: {
  id: string;
  label: string;
  text: string;
  copy: string;
  icon: IconName;
  primary?: boolean;
}): JSX.Element {
  const t = words.value.share;
  const [copied, setCopied] = useState(false);
  return (
    <>
      <input
        type="text"
        readOnly
        class="share-link mono"
        data-testid={`${props.id}-link`}
        aria-label={props.label}
        value={props.text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button
        type="button"
        class={props.primary ? "button primary" : "button"}
        data-testid={`${props.id}-copy`}
        onClick={(event) => {
          const field = event.currentTarget.previousElementSibling;
          if (props.text) void copyText(props.text, field as HTMLInputElement).then(setCopied);
        }}
      >
        <Icon name={props.icon} size={18} /> {copied ? t.copied : props.copy}
      </button>
      <span role="status" class="visually-hidden">
        {copied ? t.copied : ""}
      </span>
    </>
  );
}

/** True if it is on the clipboard; without a secure connection browsers copy only what is selected. */
async function copyText(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
