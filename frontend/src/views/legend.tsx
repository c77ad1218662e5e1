/** What the signs in the picture mean: of those alone that are to be seen at this step, each drawn as it is there. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { heatFill } from "../graph/heat";
import { legendWords } from "../i18n/legend";
import type { LegendWords } from "../i18n/legend.en";
import { Icon } from "../icons";
import { step } from "../state/player";
import { labelled, pointedAt } from "../state/pointed";
import { scene } from "../state/scene";
import { legendOpen } from "../state/screen";
import { useCorner } from "./in-corner";
import "../style/legend.css";

type Sign = keyof LegendWords["signs"];

/** As in its style sheet. */
const PHONE = "(max-width: 480px)";
const FINGERS = "(hover: none)";
const INNER = { x: 6, y: 4, width: 44, height: 20, rx: 6 };

const ABOVE = { weight: 0.8, odd: null } as const;
const BELOW = { ...ABOVE, weight: -0.8 };
const TINT = 0.36;

/** By what a sign is found in the picture, and how it is drawn. Those of what happens come first. */
const SIGNS: readonly { readonly sign: Sign; readonly found: string; readonly drawn: JSX.Element }[] = [
  {
    sign: "forward",
    found: '.card[data-state="active"][data-direction="forward"]',
    drawn: <Card state="active" direction="forward" />,
  },
  { sign: "operand", found: '.flow[data-flow="operand"]', drawn: <Flow kind="operand" text="2" /> },
  {
    sign: "backward",
    found: '.card[data-state="active"][data-direction="backward"]',
    drawn: <Card state="active" direction="backward" />,
  },
  {
    sign: "product",
    found: '.flow[data-flow="product"]',
    drawn: <Flow kind="product" incoming="1" text=" · 2" />,
  },
  { sign: "arrived", found: '.flow[data-flow="arrived"]', drawn: <Flow kind="arrived" text="+ 2" /> },
  { sign: "marked", found: ".mark-outline", drawn: <rect class="mark-outline" {...INNER} /> },
  { sign: "written", found: '.storage[data-written="true"]', drawn: <Storage text="v1" written /> },
  {
    sign: "storage",
    found: ".storage[data-storage]",
    drawn: <Storage text="A · v0" />,
  },
  {
    sign: "tracked",
    found: '.card[data-tracked="true"]:not([data-state="pending"])',
    drawn: <Card tracked />,
  },
  {
    sign: "plain",
    found:
      '.card[data-tracked="false"]:not([data-state="pending"], [data-detached="true"], [data-kind="folded"])',
    drawn: <Card />,
  },
  {
    sign: "cut",
    found: '.card[data-detached="true"]:not([data-state="pending"])',
    drawn: <Card detached />,
  },
  {
    sign: "blocked",
    found:
      '.edge[data-kind="detached"]:not([data-state="pending"]), .edge[data-kind="constant"]:not([data-state="pending"])',
    drawn: (
      <g class="edge" data-kind="detached">
        <path class="edge-line" d="M6 14H50" />
      </g>
    ),
  },
  { sign: "pending", found: '.card[data-state="pending"]', drawn: <Card state="pending" /> },
  {
    sign: "saved",
    found: ".card-saved",
    drawn: (
      <g class="card-saved">
        <circle cx={28} cy={14} r={4.5} />
      </g>
    ),
  },
  {
    sign: "freed",
    found: ".card-freed",
    drawn: (
      <g class="card-freed">
        <circle cx={28} cy={14} r={5} />
      </g>
    ),
  },
  {
    sign: "tint",
    found: ".tint, .heat",
    drawn: (
      <>
        <rect style={{ fill: heatFill(BELOW, TINT) }} x={8} y={5} width={19} height={18} rx={3} />
        <rect style={{ fill: heatFill(ABOVE, TINT) }} x={29} y={5} width={19} height={18} rx={3} />
      </>
    ),
  },
  {
    sign: "folded",
    found: '.card[data-kind="folded"]',
    drawn: (
      <g class="card" data-kind="folded">
        <rect class="card-box card-behind" x={9} y={3} width={42} height={20} rx={6} />
        <rect class="card-box" x={5} y={6} width={42} height={19} rx={6} />
        <path class="card-unfold" d="M23 11l5 5-5 5" />
      </g>
    ),
  },
  {
    sign: "loop",
    found: ".group-loop",
    drawn: (
      <g class="group-loop" transform="translate(13 3)">
        <rect width={30} height={22} rx={11} />
        <path d="M8 15l4-5 4 3 6-7" />
      </g>
    ),
  },
];

export function Legend(): JSX.Element {
  const t = legendWords.value;
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState<readonly Sign[]>([]);
  const [now, drawn] = [step.value, scene.value];
  const opener = useRef(document.activeElement);
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
  }, []);
  // On a phone it takes the picture's whole width: what is behind it comes back by a tap beside it.
  useEffect(() => {
    const picture = document.querySelector(".graph .surface");
    const tapped = () => {
      if (matchMedia(PHONE).matches) legendOpen.value = false;
    };
    picture?.addEventListener("click", tapped);
    return () => picture?.removeEventListener("click", tapped);
  }, []);
  // The picture of a step is drawn with the step: it is there in the next frame.
  useEffect(() => {
    const frame = requestAnimationFrame(() => setSeen(signsIn(document.querySelector(".graph .surface"))));
    return () => cancelAnimationFrame(frame);
  }, [now, drawn, labelled.value]);
  const corner = useCorner(
    box,
    ["top-left", "bottom-left", "top-right"],
    [...pointedAt.value, ...labelled.value],
    Object.values(drawn?.layout.nodes ?? {}),
  );
  const said = matchMedia(FINGERS).matches ? { ...t.signs, ...t.touched } : t.signs;
  const close = () => {
    legendOpen.value = false;
    if (opener.current instanceof HTMLElement || opener.current instanceof SVGElement) opener.current.focus();
  };
  return (
    <section
      ref={box}
      class="legend"
      role="dialog"
      data-testid="legend"
      data-corner={corner}
      aria-label={t.title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <div class="legend-head">
        <h2 class="eyebrow">{t.title}</h2>
        <button type="button" class="tool" aria-label={t.close} title={t.close} onClick={close}>
          <Icon name="close" size={16} />
        </button>
      </div>
      <ul>
        {SIGNS.filter(({ sign }) => seen.includes(sign)).map(({ sign, drawn: sample }) => (
          <li key={sign} data-sign={sign}>
            <svg viewBox="0 0 56 28" aria-hidden="true">
              {sample}
            </svg>
            {said[sign]}
          </li>
        ))}
      </ul>
    </section>
  );
}

function signsIn(picture: Element | null): Sign[] {
  return SIGNS.flatMap(({ sign, found }) => (picture?.querySelector(found) ? [sign] : []));
}

function Card(props: {
  state?: string;
  direction?: string;
  tracked?: boolean;
  detached?: boolean;
}): JSX.Element {
  const { x, y, width, height } = INNER;
  return (
    <g
      class="card"
      data-state={props.state}
      data-direction={props.direction}
      data-tracked={props.tracked ?? props.state === "active"}
      data-detached={props.detached}
    >
      <rect class="card-box" {...INNER} />
      <path class="card-band" d={`M${x + 1} ${y + 8}v-2a5 5 0 0 1 5-5h${width - 12}a5 5 0 0 1 5 5v2z`} />
      {props.state === "pending" ? null : <path class="card-line" d={`M${x + 8} ${y + height - 6}h16`} />}
    </g>
  );
}

function Flow({ kind, incoming, text }: { kind: string; incoming?: string; text: string }): JSX.Element {
  return (
    <g class="flow" data-flow={kind}>
      <rect {...INNER} />
      <text class="flow-result" x={28} y={19.5} text-anchor="middle">
        {incoming ? <tspan class="flow-incoming">{incoming}</tspan> : null}
        {text}
      </text>
    </g>
  );
}

function Storage({ text, written = false }: { text: string; written?: boolean }): JSX.Element {
  return (
    <g class="storage" data-written={written}>
      <rect x={3} y={4} width={50} height={20} rx={10} />
      <text x={28} y={18.5} text-anchor="middle">
        {text}
      </text>
    </g>
  );
}
