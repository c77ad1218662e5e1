/** Where the page begins. */
import { render } from "preact";
import { App } from "./app";
import { fetchLanguage } from "./i18n";
import { openLesson } from "./state/cells";
import { FIRST } from "./state/first-lesson";
import { SPEAKER } from "./state/screen";
import { askForIsolation } from "./state/server";
import { onceTouched } from "./state/touched";
import "./style/tokens.css";
import "./style/base.css";
import "./style/page.css";
import "./style/progress.css";
import "./style/editor.css";
import "./style/wall.css";
import "./style/writing.css";
import "./style/graph.css";
import "./style/flow.css";
import "./style/values.css";
import "./style/node.css";
import "./style/side.css";
import "./style/transport.css";
import "./style/lessons.css";

const host = document.getElementById("app");
if (host) {
  // Cards have the width of their text: it must be measured in the face it will have.
  const faces = ["400 16px 'Gradwalk Sans'", "400 16px 'Gradwalk Mono'"].map((face) =>
    document.fonts.load(face),
  );
  await Promise.allSettled([...faces, fetchLanguage()]);
  if (new URLSearchParams(location.search).has(SPEAKER)) await openSpeakersWindow(host);
  else await openPage(host);
}

async function openPage(into: HTMLElement): Promise<void> {
  openLesson(FIRST);
  const asked = askForIsolation();
  render(<App />, into);
  await asked;
  if (location.hash) await (await import("./state/address")).openPlace(location.hash);
  onceTouched((byAddress, before) => {
    void import("./state/address").then(async ({ followAddress, openPlace }) => {
      if (byAddress) await openPlace(location.hash);
      followAddress(before);
    });
  });
  void import("./access");
  void import("./offline");
}

async function openSpeakersWindow(into: HTMLElement): Promise<void> {
  const { Speaker } = await import("./views/speaker");
  render(<Speaker />, into);
}
