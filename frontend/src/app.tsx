/** The page: header, code, graph, details, steps; or, presenting, only what the room should see. */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { openDropped } from "./files";
import { focusOnceShown, keepFocus } from "./focus";
import { words } from "./i18n";
import { listenToKeys } from "./keyboard";
import { parseFile } from "./notebook";
import { parsePasted } from "./pasted";
import { openCells } from "./state/cells";
import { pair } from "./state/pair";
import { generation } from "./state/run";
import { scene } from "./state/scene";
import { blank, laser, pane, presenting, revealing, shownPane } from "./state/screen";
import { told } from "./state/told";
import { Banners } from "./views/banners";
import { Console } from "./views/console";
import { dress } from "./views/dress";
import { Editor } from "./views/editor/editor";
import { Diagnosed } from "./views/explain";
import { Blank, LeavePresentation, PaneTabs } from "./views/frame";
import { Graph } from "./views/graph/graph";
import { Header } from "./views/header";
import { Inspector } from "./views/inspector";
import { Laser } from "./views/laser";
import { later } from "./views/later";
import { Ledger } from "./views/ledger";
import { Transport } from "./views/transport";
import { Windows } from "./views/windows";

const Pair = later(() => import("./views/pair/pair").then((module) => module.Pair));

export function App(): JSX.Element {
  const t = words.value;
  useEffect(listenToKeys, []);
  useEffect(keepFocus, []);
  useEffect(acceptDrops, []);
  useEffect(acceptPastes, []);
  useSignalEffect(dress);
  // On a narrow screen a new run is shown where it can be seen.
  useSignalEffect(() => {
    if (generation.value) pane.value = "graph";
  });
  return (
    <div
      class="page"
      data-presenting={presenting.value}
      data-revealing={revealing.value}
      data-shown={shownPane.value}
      data-paired={pair.value !== null}
    >
      <button type="button" class="button skip" onClick={toSteps}>
        {t.bar.skip}
      </button>
      {scene.value && !pair.value ? (
        <button type="button" class="button skip" onClick={toGraph}>
          {t.bar.skipToGraph}
        </button>
      ) : null}
      <p class="visually-hidden" role="status" data-testid="told">
        {told.value}
      </p>
      <Header />
      <Banners />
      <PaneTabs />
      <main class="panes">
        {presenting.value ? <h1 class="visually-hidden">Gradwalk</h1> : null}
        <Editor />
        <Graph />
        <aside class="pane side" data-pane="details" aria-label={t.panes.details}>
          <Diagnosed />
          <Inspector />
          <Ledger />
          <Console />
        </aside>
      </main>
      <Transport />
      {pair.value ? <Pair /> : null}
      {presenting.value ? <LeavePresentation /> : null}
      <Windows />
      {laser.value ? <Laser /> : null}
      {blank.value ? <Blank /> : null}
      <div class="drop-hint">{t.cells.drop}</div>
    </div>
  );
}

function toSteps(): void {
  document.querySelector<HTMLElement>("#steps button")?.focus();
}

/** On a narrow screen it may be another pane that is shown. */
function toGraph(): void {
  pane.value = "graph";
  focusOnceShown('[data-node][tabindex="0"]');
}

/** A notebook that is pasted where nothing is written is opened, and so is code. */
function acceptPastes(): () => void {
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (isWriting(event.target) || text.trim() === "") return;
    event.preventDefault();
    openCells("", parsePasted(text)?.cells ?? parseFile("", text));
    pane.value = "code";
  };
  addEventListener("paste", paste);
  return () => removeEventListener("paste", paste);
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;

/** A notebook or script dropped anywhere on the page is opened. */
function acceptDrops(): () => void {
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.documentElement.classList.add("dropping");
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) document.documentElement.classList.remove("dropping");
  };
  const drop = (event: DragEvent) => {
    document.documentElement.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void openDropped(event.dataTransfer);
  };
  addEventListener("dragover", over);
  addEventListener("dragleave", leave);
  addEventListener("drop", drop);
  return () => {
    removeEventListener("dragover", over);
    removeEventListener("dragleave", leave);
    removeEventListener("drop", drop);
  };
}
