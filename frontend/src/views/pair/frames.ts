/** The page's talk with the player of a side: it is given its run, led to steps, told what differs; where its reader goes,
 * both go. */
import { effect } from "@preact/signals";
import { type Asked, HANDED, PROTOCOL } from "../../core/messages";
import type { SideId } from "../../state/beside";
import { pair } from "../../state/pair";
import { aim, fold, foldBoth, goToStepOf, lookBoth, lookOf, marks, stepsTaken } from "../../state/paired";
import { picture } from "../../state/screen";
import { grain, language, theme } from "../../state/settings";

/** Where the player lies: beside the page. */
export function playerAddress(side: SideId): string {
  const look = { side, view: "graph,code", controls: "none", theme: theme.peek(), lang: language.peek() };
  return `embed.html#${new URLSearchParams(look)}`;
}

/** Leads a frame until the function that is given back is called. */
export function lead(frame: HTMLIFrameElement, side: SideId): () => void {
  const say = (message: Asked) =>
    frame.contentWindow?.postMessage({ gradwalk: PROTOCOL, ...message }, location.origin);
  let stops: (() => void)[] = [];
  const begin = () => {
    for (const stop of stops) stop();
    stops = [
      effect(() => {
        const options: Record<string, string> = {
          theme: theme.value,
          lang: language.value,
          by: grain.value,
          picture: picture.value,
        };
        say({ type: "set", options });
      }),
      effect(() => {
        const run = pair.value?.[side].run;
        if (run) frame.contentWindow?.dispatchEvent(new CustomEvent(HANDED, { detail: run }));
      }),
      // After what opens a run or changes its steps: both begin where they like.
      effect(() => {
        grain.value;
        pair.value;
        say({ type: "go", step: stepsTaken.value[side] });
      }),
      effect(() => {
        if (pair.value) say({ type: "beside", look: lookOf(side) });
      }),
      effect(() => {
        if (aim.value?.side === side) say({ type: "aim", aim: aim.value.aim });
      }),
      effect(() => {
        if (fold.value?.side === side) say({ type: "fold", folding: fold.value.folding });
      }),
      effect(() => say({ type: "marks", marks: marks.value[side] })),
    ];
  };
  const hear = ({ source, data }: MessageEvent) => {
    if (source !== frame.contentWindow || data?.gradwalk !== PROTOCOL) return;
    if (data.type === "ready") begin();
    else if (data.type === "step" && data.asked === false) goToStepOf(side, data.step);
    else if (data.type === "moved") lookBoth(side, data.aim);
    else if (data.type === "folded") foldBoth(side, data.folding);
  };
  addEventListener("message", hear);
  return () => {
    removeEventListener("message", hear);
    for (const stop of stops) stop();
  };
}
