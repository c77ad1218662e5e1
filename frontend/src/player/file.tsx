/** Where the file that plays one trace by itself begins: the trace and its title stand in the file. */

import "./words";
import type { JSX } from "preact";
import { render } from "preact";
import { readWishes } from "../core/wishes";
import { fetchLanguage, words } from "../i18n";
import { Logo } from "../icons";
import { title } from "../state/cells";
import { isTrace, openGiven } from "../state/given";
import { notice } from "../state/screen";
import { forgetChoices } from "../state/settings";
import { give, type Reasons } from "../views/because.given";
import { HelpButton, LanguageButton, PresentButton, ThemeButton } from "../views/header-buttons";
import { Player } from "./player";
import { talk } from "./talk";
import { beginAt, begun, dressAs } from "./view";
import "./styles";

interface Options {
  readonly title?: string;
  readonly fragment?: string;
  /** The code at a server, if one was named when the file was made. */
  readonly link?: string;
  /** Why the VJPs of nodes give what they give. */
  readonly reasons?: Reasons;
}

let link: string | undefined;

async function open(into: HTMLElement): Promise<void> {
  forgetChoices();
  const options = dataIn("gradwalk-options") as Options | null;
  link = options?.link;
  give(options?.reasons);
  const wishes = [readWishes(options?.fragment ?? ""), readWishes(location.hash)];
  wishes.forEach(dressAs);
  await fetchLanguage();
  const trace = dataIn("gradwalk-trace");
  if (isTrace(trace)) openGiven(trace, options?.title ?? "");
  else notice.value = words.value.run.failures.schema;
  wishes.forEach(beginAt);
  begun.value = true;
  render(
    <Player>
      <Head />
    </Player>,
    into,
  );
  talk();
  addEventListener("hashchange", () => {
    const wished = readWishes(location.hash);
    dressAs(wished);
    beginAt(wished);
  });
}

/** JSON that stands in the document; null where it cannot be read. */
function dataIn(id: string): unknown {
  try {
    return JSON.parse(document.getElementById(id)?.textContent ?? "null");
  } catch {
    return null;
  }
}

function Head(): JSX.Element {
  const name = title.value;
  return (
    <header class="header">
      <h1 class="brand">
        <Logo />
        Gradwalk
      </h1>
      <span class="document">{typeof name === "string" ? name : ""}</span>
      <div class="header-space" />
      {link ? (
        <a class="button" data-testid="elsewhere" href={link} target="_blank" rel="noreferrer">
          {words.value.header.elsewhere}
        </a>
      ) : null}
      <PresentButton />
      <LanguageButton />
      <ThemeButton />
      <HelpButton />
    </header>
  );
}

const host = document.getElementById("app");
if (host) void open(host);
