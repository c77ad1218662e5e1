/** A run to be played: the page without what writes code and runs it. */
import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { STANDALONE } from "../build";
import { words } from "../i18n";
import { listenToKeys } from "../keyboard";
import { beside, side } from "../state/beside";
import { blank, laser, pane, presenting, revealing } from "../state/screen";
import { Banners } from "../views/banners";
import { Console } from "../views/console";
import { dress } from "../views/dress";
import { Diagnosed } from "../views/explain";
import { Blank, LeavePresentation, PaneTabs } from "../views/frame";
import { Graph } from "../views/graph/graph";
import { Inspector } from "../views/inspector";
import { Laser } from "../views/laser";
import { Ledger } from "../views/ledger";
import { Listing } from "../views/listing/listing";
import { Transport } from "../views/transport";
import { Windows } from "../views/windows";
import { controls, parts } from "./view";
import "../style/player.css";

export interface PlayerProps {
  readonly children?: ComponentChildren;
  /** Who listens to keys: one of two players gives them on. */
  readonly keys?: () => () => void;
}

export function Player({ children, keys = listenToKeys }: PlayerProps): JSX.Element {
  useEffect(keys, []);
  useSignalEffect(dress);
  const shown = parts.value;
  const has = (part: "graph" | "code" | "details") => shown.has(part);
  // A file is never one of two.
  const which = STANDALONE ? null : side.value;
  const columns = [has("code"), has("graph"), has("details")].filter(Boolean).length;
  return (
    <div
      class="page player"
      data-presenting={presenting.value}
      data-revealing={revealing.value}
      data-shown={columns > 1 && which === null ? pane.value : undefined}
      data-side={which ?? undefined}
      data-stands={STANDALONE ? undefined : beside.value?.stands}
      data-parts={[...shown].join(" ")}
      data-controls={controls.value}
    >
      {children}
      <Banners />
      {columns > 1 && which === null ? <PaneTabs /> : null}
      <main class="panes">
        {which ? <h1 class="visually-hidden">{words.value.graph.label}</h1> : null}
        {has("code") ? <Listing /> : null}
        {has("graph") ? <Graph /> : null}
        {has("details") ? (
          <aside class="pane side" data-pane="details" aria-label={words.value.panes.details}>
            <Diagnosed />
            <Inspector />
            <Ledger />
            <Console />
          </aside>
        ) : null}
      </main>
      <Transport />
      {presenting.value ? <LeavePresentation /> : null}
      <Windows />
      {laser.value ? <Laser /> : null}
      {blank.value ? <Blank /> : null}
    </div>
  );
}
