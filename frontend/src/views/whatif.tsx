/** What if: other numbers for a tensor, the gradient checked by finite differences, and the curve it is the slope of. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatScalar } from "../core/format";
import type { Run } from "../core/run";
import type { Card, CardState } from "../core/types";
import { numbersOf } from "../core/values";
import {
  numbersAfter,
  relativeError,
  rootName,
  rootOf,
  type Slope,
  slopeOf,
  variableOp,
} from "../core/whatif";
import { words } from "../i18n";
import { eventsDone } from "../state/player";
import {
  type Aim,
  baseline,
  check,
  checked,
  curve,
  draw,
  isAsking,
  isOpen,
  isVaried,
  showBeside,
  unvary,
  vary,
} from "../state/whatif";
import { Plot } from "./plot";
import { useRoom } from "./room";
import "../style/whatif.css";
import { spliced } from "../core/lists";

/** Pulling a slider asks for a run only so often. */
const PAUSE = 90;

/** It stays while a run with other numbers takes the place of the one before. */
const chosenIn = signal<{ readonly card: string; readonly element: number }>({ card: "", element: 0 });
/** The field that was changed last: it has the focus again once the run is there. */
let pulled = "";

export function WhatIf(props: { run: Run; card: Card; state: CardState }): JSX.Element | null {
  const { run, card, state } = props;
  const t = words.value.whatIf;
  const op = variableOp(run, card);
  if (op === null || card.tensor === null || state.value === null) return null;
  return (
    <details
      class="what-if"
      data-testid="what-if"
      open={isOpen.value}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{t.label}</summary>
      {isOpen.value ? (
        <Inside key={card.id} run={run} card={card} op={op} tensor={card.tensor} value={state.value} />
      ) : null}
    </details>
  );
}

/** What is folded away costs a step nothing. */
function Inside(props: { run: Run; card: Card; op: number; tensor: number; value: number }): JSX.Element {
  const { run, card, op } = props;
  const box = useRef<HTMLDivElement>(null);
  useRoom(box, "tried", "open");
  const t = words.value.whatIf;
  const setElement = (element: number) => {
    chosenIn.value = { card: card.id, element };
  };
  const element = chosenIn.value.card === card.id ? chosenIn.value.element : 0;
  const given = numbersAfter(run, op, props.tensor) ?? numbersOf(run.trace, props.value, props.tensor);
  const data = given.data.map(Number);
  const slope = slopeOf(run, card, eventsDone.value);
  const chosen = Math.min(element, data.length - 1);
  return (
    <div ref={box}>
      <Elements op={op} data={data} shape={card.shape} chosen={chosen} choose={setElement} />
      {isVaried.value ? (
        <p class="what-if-ways">
          <button type="button" class="link" data-testid="what-if-reset" onClick={() => void unvary()}>
            {t.reset}
          </button>
          <button type="button" class="link" data-testid="what-if-beside" onClick={showBeside}>
            {t.beside}
          </button>
        </p>
      ) : null}
      {slope ? (
        <Consequences run={run} slope={slope} op={op} data={data} element={chosen} />
      ) : (
        <p class="muted">{t.noSlope}</p>
      )}
    </div>
  );
}

function Elements(props: {
  op: number;
  data: readonly number[];
  shape: readonly number[];
  chosen: number;
  choose: (element: number) => void;
}): JSX.Element {
  const { op, data, chosen } = props;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // The reach of a slider is that of the number it began with, or it would run away under the hand.
  const reach = useRef(new Map<number, [number, number]>());
  useLayoutEffect(() => {
    if (document.activeElement === document.body)
      document.getElementById(pulled)?.focus({ preventScroll: true });
  }, []);
  const set = (element: number, { id, valueAsNumber: value }: HTMLInputElement) => {
    if (!Number.isFinite(value)) return;
    pulled = id;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void vary(op, spliced(data, element, 1, value)), PAUSE);
  };
  return (
    <div class="what-if-elements">
      {data.map((number, element) => {
        const around = Math.max(2, 2 * Math.abs(number));
        const [low, high] = reach.current.get(element) ?? [number - around, number + around];
        reach.current.set(element, [low, high]);
        const name = indexText(props.shape, element);
        return (
          <div key={element} class="what-if-element" data-chosen={element === chosen}>
            <label class="mono" for={`what-if-${op}-${element}`}>
              {name || "="}
            </label>
            <input
              id={`what-if-slider-${op}-${element}`}
              type="range"
              aria-label={words.value.whatIf.slider(name)}
              min={low}
              max={high}
              step={(high - low) / 200}
              value={number}
              onFocus={() => props.choose(element)}
              onInput={(event) => set(element, event.currentTarget)}
            />
            <input
              id={`what-if-${op}-${element}`}
              type="number"
              step="any"
              class="mono"
              value={formatScalar(number)}
              onFocus={() => props.choose(element)}
              onChange={(event) => set(element, event.currentTarget)}
            />
          </div>
        );
      })}
    </div>
  );
}

function Consequences(props: {
  run: Run;
  slope: Slope;
  op: number;
  data: readonly number[];
  element: number;
}): JSX.Element {
  const { run, slope, op, data, element } = props;
  const t = words.value.whatIf;
  const aim: Aim = { op, element, pass: slope.pass };
  const root = rootName(run, slope.pass);
  const now = rootOf(run, slope.pass, baseline.value ?? run);
  const before = baseline.value && isVaried.value ? rootOf(baseline.value, slope.pass) : null;
  const gradient = Number(slope.gradient.data[element] ?? Number.NaN);
  const asks = (about: Aim | null) =>
    about?.op === op && about.element === element && about.pass === slope.pass;
  return (
    <>
      <p class="numbers mono" data-testid="what-if-root">
        {root} = {before === null ? "" : `${formatScalar(before)} → `}
        {now === null ? "?" : formatScalar(now)}
      </p>
      <div class="what-if-actions">
        <button
          type="button"
          class="button"
          data-testid="what-if-check"
          disabled={isAsking.value}
          onClick={() => void check(aim, data)}
        >
          {t.check}
        </button>
        <button
          type="button"
          class="button"
          data-testid="what-if-draw"
          disabled={isAsking.value}
          onClick={() => void draw(aim, data)}
        >
          {t.draw}
        </button>
      </div>
      {asks(checked.value) ? <Verdict gradient={gradient} slope={checked.value?.slope ?? null} /> : null}
      {curve.value && asks(curve.value) && now !== null ? (
        <Plot
          points={curve.value.points}
          at={[data[element] ?? 0, now]}
          slope={gradient}
          label={t.plot(root, formatScalar(gradient))}
        />
      ) : null}
    </>
  );
}

function Verdict({ gradient, slope }: { gradient: number; slope: number | null }): JSX.Element {
  const t = words.value.whatIf;
  if (slope === null) return <p class="muted">{t.noDifference}</p>;
  const error = relativeError(gradient, slope);
  return (
    <p class="numbers mono" data-testid="what-if-verdict">
      {t.verdict(formatScalar(gradient), formatScalar(slope), `${(100 * error).toPrecision(2)} %`)}
    </p>
  );
}

/** `[1, 0]`; nothing for a scalar. */
function indexText(shape: readonly number[], element: number): string {
  const index: number[] = [];
  let rest = element;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return shape.length ? `[${index.join(", ")}]` : "";
}
