/** Where an embedded player begins: `embed.html#…` in a frame of another page, a link's fragment with a look. */
import { render } from "preact";
import { RunFailure } from "../api";
import { readWishes } from "../core/wishes";
import { fetchLanguage } from "../i18n";
import { listenToKeys } from "../keyboard";
import { openPlace } from "../state/address";
import { isTrace, openGiven } from "../state/given";
import { begin } from "../state/player";
import { phase } from "../state/run";
import { askForIsolation, onlyPlays } from "../state/server";
import { forgetChoices } from "../state/settings";
import { Player } from "./player";
import { talk } from "./talk";
import { beginAt, begun, controls, dressAs, parts } from "./view";
import "./styles";

const host = document.getElementById("app");
if (host) void open(host);

async function open(into: HTMLElement): Promise<void> {
  forgetChoices();
  onlyPlays.value = true;
  parts.value = new Set(["graph", "code", "sentence"]);
  controls.value = "full";
  dressAs(readWishes(location.hash));
  const faces = ["400 16px 'Gradwalk Sans'", "400 16px 'Gradwalk Mono'"].map((face) =>
    document.fonts.load(face),
  );
  await Promise.allSettled([...faces, fetchLanguage()]);
  render(<Player keys={await keysOf(location.hash)} />, into);
  talk();
  await follow();
  addEventListener("hashchange", () => void follow());
  void import("../access");
}

/** One of two players takes no keys itself. */
async function keysOf(fragment: string): Promise<() => () => void> {
  const side = /[#&]side=([ab])/.exec(fragment)?.[1];
  if (side !== "a" && side !== "b") return listenToKeys;
  const { besideAnother, passKeysOn } = await import("./beside");
  besideAnother(side);
  return passKeysOn;
}

/** Opens what the fragment names: a trace that lies somewhere, or a lesson or code that is run. */
async function follow(): Promise<void> {
  begun.value = false;
  const wishes = readWishes(location.hash);
  dressAs(wishes);
  if (wishes.trace !== null) await fetchTrace(wishes.trace);
  else if (/[#&](lesson|code)=/.test(location.hash)) {
    await askForIsolation();
    // A frame is there to show a run, also where the address names no step of it.
    await openPlace(wishes.step === null ? `${location.hash}&step=1` : location.hash);
    if (wishes.step === null) begin();
  }
  beginAt(wishes);
  begun.value = true;
}

async function fetchTrace(address: string): Promise<void> {
  try {
    const response = await fetch(new URL(address, location.href));
    const document: unknown = response.ok ? await response.json() : null;
    if (!isTrace(document)) throw new RunFailure(response.ok ? "schema" : "unreadable");
    openGiven(document, "");
  } catch (error) {
    phase.value = {
      kind: "failed",
      failure: error instanceof RunFailure ? error : new RunFailure("unreadable", String(error)),
    };
  }
}
