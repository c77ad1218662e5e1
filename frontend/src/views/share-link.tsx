/** The ways to give away what is on screen: a link, a frame for another page, a file. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { words } from "../i18n";
import { sharing } from "../i18n/sharing";
import { presentLink } from "../state/address";
import { Copied } from "./copied";
import { Download } from "./download";
import "../style/share.css";

export function Link(): JSX.Element {
  const t = words.value.share;
  const { embed, embedHint, copyEmbed, download } = sharing.value;
  const [link, setLink] = useState<string | null | undefined>(undefined);
  useEffect(() => void presentLink().then(setLink), []);
  return (
    <div class="share">
      {link === null ? (
        <p>{t.tooLong}</p>
      ) : (
        <>
          <p class="muted">{t.hint}</p>
          <Copied id="share" label={t.label} text={link ?? ""} copy={t.copy} icon="link" primary />
          <h2 class="eyebrow plain" title={embedHint}>
            {embed}
          </h2>
          <Copied id="embed" label={embed} text={link ? frameOf(link) : ""} copy={copyEmbed} icon="link" />
        </>
      )}
      <h2 class="eyebrow plain">{download}</h2>
      <Download />
    </div>
  );
}

/** The frame of a link: the player lies beside the page. */
function frameOf(link: string): string {
  const { origin, pathname, hash } = new URL(link);
  const address = `${origin}${pathname.replace(/[^/]*$/, "")}embed.html${hash}`.replaceAll("&", "&amp;");
  return `<iframe src="${address}" width="100%" height="560" style="border: 0" allow="fullscreen" title="Gradwalk"></iframe>`;
}
