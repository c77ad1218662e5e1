/** A link to what is on screen: in a field to be copied, with a button that copies it. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "../i18n";
import { Icon } from "../icons";
import { presentLink } from "../state/address";
import "../style/share.css";

export function Link(): JSX.Element {
  const t = words.value.share;
  const [link, setLink] = useState<string | null | undefined>(undefined);
  const [copied, setCopied] = useState(false);
  useEffect(() => void presentLink().then(setLink), []);
  if (link === null) return <p class="share">{t.tooLong}</p>;
  return (
    <div class="share">
      <p class="muted">{t.hint}</p>
      <input
        type="text"
        readOnly
        class="share-link mono"
        data-testid="share-link"
        aria-label={t.label}
        value={link ?? ""}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button
        type="button"
        class="button primary"
        data-testid="share-copy"
        onClick={(event) => {
          const field = event.currentTarget.previousElementSibling;
          if (link) void copy(link, field as HTMLInputElement).then(setCopied);
        }}
      >
        <Icon name="link" size={18} /> {copied ? t.copied : t.copy}
      </button>
      <span role="status" class="visually-hidden">
        {copied ? t.copied : ""}
      </span>
    </div>
  );
}

/** True if it is on the clipboard; without a secure connection browsers copy only what is selected. */
async function copy(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
