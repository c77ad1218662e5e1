/** All about one card: the selected one, or else the one that the step is about. */
import type { ComponentChildren, JSX } from "preact";
import { STANDALONE } from "../build";
import type { Run } from "../core/run";
import { isOfLeaf } from "../core/state";
import type { Card, CardState } from "../core/types";
import { numbersOf } from "../core/values";
import { shapeText } from "../graph/face";
import { words } from "../i18n";
import { Icon } from "../icons";
import { type Inspected, inspected } from "../state/inspected";
import { toMade, toNextTouch } from "../state/jumps";
import { eventsDone } from "../state/player";
import { selected } from "../state/screen";
import { onlyPlays } from "../state/server";
import { Why } from "./explain";
import { GradFn } from "./gradfn";
import { later } from "./later";
import { memo } from "./memo";
import { Numbers } from "./numbers";
import { OutOfSight } from "./out-of-sight";
import { Scroll } from "./scroll";

const Formulas = later(() => import("./formulas").then((module) => module.Formulas));
/** In a file that plays by itself, which is to be small, nothing waits. */
const below = (child: JSX.Element | null) => (STANDALONE ? child : <OutOfSight>{child}</OutOfSight>);
const WhatIf = later(() => import("./whatif").then((module) => module.WhatIf));

export function Inspector(): JSX.Element {
  const t = words.value.inspector;
  const on = inspected.value;
  const pinned = on !== null && selected.value === on.card.id;
  return (
    <section class="side-part inspector" data-testid="inspector" aria-label={t.label}>
      <div class="side-head">
        <h2 class="eyebrow">{t.label}</h2>
        {pinned ? (
          <button
            type="button"
            class="link"
            onClick={() => {
              selected.value = null;
            }}
          >
            {t.pin}
          </button>
        ) : null}
      </div>
      <Scroll label={t.label}>{on ? <Subject {...on} /> : <p class="muted">{t.empty}</p>}</Scroll>
    </section>
  );
}

function Subject({ run, card, state }: Inspected): JSX.Element {
  const t = words.value.inspector;
  const pending = state.state === "pending";
  const isLeaf = isOfLeaf(run, card);
  const arrived = isLeaf ? state.grad : (state.cotangent ?? state.grad);
  const earlier = isLeaf || arrived !== null ? null : state.earlier;
  const gradient = arrived ?? earlier?.value ?? null;
  const pass = earlier ? ` · ${words.value.transport.backward(earlier.backward)}` : "";
  const called = state.name || card.name || card.title;
  // Of a tensor with two names: `x.grad`.
  const [one] = called.split(", ");
  return (
    <>
      <h3 class="subject" data-direction={state.direction ?? undefined}>
        {headline(run, card, state)}
      </h3>
      <div class="jumps">
        <Jumps />
        {card.tensor === null || pending ? null : <Why tensor={card.tensor} />}
      </div>
      {pending || state.value === null || card.tensor === null ? null : (
        <Fact name={t.value} wide>
          <Numbers numbers={numbersOf(run.trace, state.value, card.tensor)} name={called} />
        </Fact>
      )}
      {(state.requiresGrad || gradient !== null) && !(isLeaf && state.succeeded) ? (
        <Fact name={isLeaf ? `${one}.grad` : t.gradient + pass} wide tone="gradient">
          {gradient === null ? (
            <span class="muted numbers">{isLeaf ? "None" : t.notYet}</span>
          ) : (
            <Numbers numbers={numbersOf(run.trace, gradient)} name={`${called}: ${t.gradient}`} gradient />
          )}
        </Fact>
      ) : null}
      {state.received.length > 1 ? (
        <Fact name={t.contributions} wide tone="gradient">
          {state.received.map((value, index) => (
            <Numbers
              key={index}
              numbers={numbersOf(run.trace, value)}
              name={t.contributions}
              gradient
              sign={index > 0}
            />
          ))}
        </Fact>
      ) : null}
      {below(card.op === null ? null : <Formulas run={run} op={card.op} done={eventsDone.value} />)}
      {STANDALONE || pending || onlyPlays.value ? null : <WhatIf run={run} card={card} state={state} />}
      {below(
        <Facts
          gradFn={card.gradFn}
          shape={card.tensor === null ? null : shapeText(card.shape)}
          dtype={card.dtype}
          requiresGrad={state.requiresGrad}
          version={state.version ?? 0}
          sharesWith={card.sharesWith.join(", ")}
        />,
      )}
      {below(card.node === null ? null : <GradFn run={run} node={card.node} freed={state.freed} />)}
    </>
  );
}

/** `z = u * x`: the variable and the source that made it. */
function headline(run: Run, card: Card, state: CardState): JSX.Element {
  const op = card.op === null ? undefined : run.trace.ops[card.op];
  const source = op?.span == null ? "" : run.source(op.span);
  // `w -= w.grad` and `s.mul_(2)` say themselves what they write to.
  const own =
    !STANDALONE && source.startsWith(card.name) && /^ ?[^\w= ]/.test(source.slice(card.name.length));
  const name = op?.in_place && own ? "" : state.name || card.name;
  return (
    <code>
      {name ? <b>{name}</b> : null}
      {name && source ? " = " : ""}
      {source || (name ? "" : card.title)}
    </code>
  );
}

/** The ways to other steps of the card on view. */
function Jumps(): JSX.Element {
  const t = words.value.seeing;
  const jump = (to: (card: Card) => void) => () => {
    const on = inspected.peek();
    if (on) to(on.card);
  };
  return (
    <>
      <button type="button" class="link" data-testid="to-made" onClick={jump(toMade)}>
        {t.toMade}
      </button>
      <button type="button" class="link" data-testid="to-touch" onClick={jump(toNextTouch)}>
        {t.toTouch}
      </button>
    </>
  );
}

/** What is the same of one card after another, mostly: told in plain values, so that it is drawn when one changes. */
function Facts(props: {
  gradFn: string | null;
  /** Null where the card is no tensor. */
  shape: string | null;
  dtype: string;
  requiresGrad: boolean;
  version: number;
  sharesWith: string;
}): JSX.Element {
  const t = words.value.inspector;
  const { gradFn, shape, sharesWith } = props;
  return (
    <dl class="facts">
      <Fact name="grad_fn">{gradFn ?? "None"}</Fact>
      {shape === null ? null : (
        <>
          <Fact name={t.shape}>{shape === "[]" ? `[] ${t.scalar}` : shape}</Fact>
          <Fact name={t.dtype}>{props.dtype}</Fact>
          <Fact name={t.requiresGrad}>{props.requiresGrad ? "True" : "False"}</Fact>
          <Fact name={t.version}>{props.version}</Fact>
        </>
      )}
      {sharesWith ? (
        <Fact name={t.storage}>
          <span class="shared">
            <Icon name="link" size={14} /> {sharesWith}
          </span>
        </Fact>
      ) : null}
    </dl>
  );
}

interface FactProps {
  name: string;
  /** The numbers may need all the width: they go below the name where they do. */
  wide?: boolean;
  tone?: "gradient";
  children: ComponentChildren;
}

const Fact = memo(
  function Fact(props: FactProps): JSX.Element {
    if (props.wide) {
      return (
        <div class="fact fact-wide" data-tone={props.tone}>
          <h4 class="fact-name">{props.name}</h4>
          <div class="fact-numbers">{props.children}</div>
        </div>
      );
    }
    return (
      <div class="fact">
        <dt>{props.name}</dt>
        <dd class="mono">{props.children}</dd>
      </div>
    );
  },
  (a, b) => a.name === b.name && a.children === b.children,
);
