/** The computation graph: laid out once for a view, and then only its states change from step to step. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { STANDALONE } from "../../build";
import { inProgramOrder } from "../../core/outline";
import type { Card as CardData, Fold, Group as GroupData, LayoutDirection } from "../../core/types";
import { inDrawingOrder } from "../../graph/drawing-order";
import type { CardFace } from "../../graph/face";
import { browserMeasure } from "../../graph/measure";
import { overlap } from "../../graph/path";
import { words } from "../../i18n";
import { Icon, Logo } from "../../icons";
import type { Outcome } from "../../schema/trace";
import { beside } from "../../state/beside";
import { cameraTransform, fitDrawing, tools, zoom } from "../../state/camera";
import { toMade } from "../../state/jumps";
import { kept, toggleKept } from "../../state/kept";
import { loopOnView, openLoop } from "../../state/loop";
import { folding } from "../../state/opened";
import { step } from "../../state/player";
import { startRun } from "../../state/request";
import { isRunning, run } from "../../state/run";
import {
  addToFocus,
  arrived,
  litOperands,
  type Scene,
  scene,
  sceneFailed,
  sceneUnderWay,
  setOpen,
  states,
  unroll,
} from "../../state/scene";
import { legendOpen, paletteOpen, picture, revealing, selected, togglePicture } from "../../state/screen";
import { onlyPlays } from "../../state/server";
import { tabStop } from "../../state/walk";
import { Marks } from "../explain";
import { later } from "../later";
import { CutLabels } from "./cuts";
import { coarseSight, direct, holdThroughFold } from "./direct";
import { keys } from "./drawn-as";
import { ArrowHeads, Edge } from "./edge";
import { EdgeStop } from "./edge-stop";
import { Flows } from "./flow";
import { focusThroughFold, foldedCard, openedBox } from "./fold-focus";
import { GroupBox, GroupTitle } from "./group";
import { Kinship } from "./kinship";
import { Outline, OutlineItem } from "./outline";
import { watchStage } from "./stage";
import { hideTip, Tip } from "./tip";

const Compare = later(() => import("../compare").then((module) => module.Compare));
const Differs = later(() => import("./differs").then((module) => module.Differs));
const Legend = later(() => import("../legend").then((module) => module.Legend));
const Minimap = later(() => import("./minimap").then((module) => module.Minimap));
const Reveal = later(() => import("../reveal").then((module) => module.Reveal));

/** Up to here everything is drawn; past it only what is in sight. */
const DRAW_ALL = 150;
const TILE = 400;
/** More iterations than this are not opened at once: one chooses among them. */
const MANY = 8;
/** Up to here cards glide to their new places when a fold opens; more of them would stutter. */
const GLIDE = 80;

const measure = browserMeasure();

const Loop = later(() => import("../loop").then((module) => module.Loop));

export function Graph(): JSX.Element {
  const t = words.value.graph;
  const surface = useRef<SVGSVGElement>(null);
  useEffect(() => (surface.current ? watchStage(surface.current) : undefined), []);
  useEffect(direct, []);
  return (
    <section
      class="pane graph"
      data-testid="graph"
      data-pane="graph"
      aria-label={t.label}
      aria-busy={sceneUnderWay.value}
    >
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: a title would be a tooltip; the section around it has the name */}
      <svg ref={surface} class="surface" onPointerDown={hideTip}>
        <ArrowHeads />
        <g transform={cameraTransform}>
          <Drawing />
        </g>
      </svg>
      <Tip />
      {revealing.value ? <Reveal /> : null}
      {!STANDALONE && kept.value ? <Compare /> : null}
      <Minimap />
      {loopOnView.value === null ? null : <Loop />}
      {!STANDALONE && legendOpen.value ? <Legend /> : null}
      <Emptiness />
      <Tools />
    </section>
  );
}

/** The ids of what is in sight; null where all is drawn. */
const inSight = computed<ReadonlySet<string> | null>(() => {
  const drawn = scene.value;
  if (!drawn || drawn.graph.cards.length <= DRAW_ALL) return null;
  const sight = coarseSight(TILE);
  return new Set(
    drawn.graph.cards
      .map(({ id }) => id)
      .filter((id) => {
        const box = drawn.layout.nodes[id];
        return box && overlap(box, sight);
      }),
  );
});

/** What edges call their ends. */
const namesOfCards = computed(() => {
  const { graph, faces } = scene.value ?? { graph: null, faces: new Map<string, CardFace>() };
  const named = graph?.cards.map((card): [string, string] => [
    card.id,
    card.name || card.title || faces.get(card.id)?.title || "",
  ]);
  return new Map(named);
});

let direction: LayoutDirection = "TB";

/** Laid out the other way the cards would fly across each other: then they do not glide. */
function isAsBefore(now: LayoutDirection): boolean {
  const before = direction;
  direction = now;
  return before === now;
}

function Drawing(): JSX.Element | null {
  const drawn = scene.value;
  if (!drawn) return null;
  const t = words.value;
  const now = states.value;
  const visible = inSight.value;
  const stop = tabStop.value;
  const { graph, layout, faces } = drawn;
  const isDrawn = (id: string) => visible === null || visible.has(id);
  const names = namesOfCards.value;
  const { of: keyOf, ofEdge } = keys.value;
  const edges = graph.edges.filter(({ source, target }) => isDrawn(source) || isDrawn(target));
  return (
    <g
      class={
        graph.cards.length <= GLIDE && (STANDALONE || isAsBefore(layout.direction)) ? "gliding" : undefined
      }
    >
      <g class="groups">
        {graph.groups.map((group) => {
          const box = layout.groups[group.id];
          return box ? <GroupBox key={keyOf(group.id)} group={group} box={box} /> : null;
        })}
      </g>
      <Kinship scene={drawn} />
      <g class="edges">
        {inDrawingOrder(edges, now.edges).map((edge) => {
          const points = layout.edges[edge.id];
          const state = now.edges.get(edge.id);
          return points && state ? (
            <Edge
              key={ofEdge(edge)}
              edge={edge}
              points={points}
              direction={layout.direction}
              state={state}
              arrived={arrived.value.has(edge.id)}
              from={names.get(edge.source) ?? ""}
              to={names.get(edge.target) ?? ""}
              t={t}
            />
          ) : null;
        })}
      </g>
      <g class="group-titles">
        {graph.groups.map((group) => {
          const box = layout.groups[group.id];
          return box ? (
            <GroupTitle
              key={keyOf(group.id)}
              group={group}
              box={box}
              t={t}
              measure={measure}
              onFold={foldGroup}
            />
          ) : null;
        })}
      </g>
      <CutLabels scene={drawn} edges={edges} states={now.edges} measure={measure} t={t} />
      <Outline t={t}>
        {inProgramOrder(graph).map((card, index) => {
          const box = layout.nodes[card.id];
          const face = faces.get(card.id);
          const state = now.cards.get(card.id);
          return now.run && box && face && state && isDrawn(card.id) ? (
            <OutlineItem
              key={keyOf(card.id)}
              index={index}
              of={graph.cards.length}
              run={now.run}
              card={card}
              face={face}
              box={box}
              state={state}
              selected={selected.value === card.id}
              lit={litOperands.value.has(card.id)}
              tabStop={stop === card.id}
              t={t}
              measure={measure}
              onPick={(which) => pick(drawn, which)}
            />
          ) : null;
        })}
      </Outline>
      {STANDALONE ? null : (
        <g class="edge-stop">
          {edges.map((edge) => {
            const points = layout.edges[edge.id];
            return points && edge.kind !== "tracked" ? (
              <EdgeStop
                key={ofEdge(edge)}
                edge={edge}
                points={points}
                direction={layout.direction}
                from={names.get(edge.source) ?? ""}
                to={names.get(edge.target) ?? ""}
                t={t}
              />
            ) : null;
          })}
        </g>
      )}
      <Marks />
      {!STANDALONE && beside.value ? <Differs /> : null}
      {step.value ? <Flows scene={drawn} states={now} measure={measure} /> : null}
    </g>
  );
}

/** A click on a card: a folded one opens in place, any other is inspected, and let go by a second click. */
function pick(drawn: Scene, card: CardData): void {
  const { fold } = card;
  if (!fold) {
    // What is still to come has nothing to inspect yet: the way to see it is to go there.
    if (states.value.cards.get(card.id)?.state === "pending") toMade(card);
    selected.value = selected.value === card.id ? null : card.id;
    return;
  }
  const box = drawn.layout.nodes[card.id];
  if (box) holdThroughFold(card.ops, box);
  if (!STANDALONE) focusThroughFold(openedBox(scopesOf(fold), card.ops));
  if (fold.kind === "cells") addToFocus(fold.components);
  else if (fold.kind === "stretch") unroll(fold.stretch);
  else if (fold.kind === "iterations" && fold.scopes.length > MANY) openLoop(fold.scopes);
  else setOpen(fold.kind === "scope" ? [fold.scope] : fold.scopes, true);
  if (!STANDALONE && (fold.kind === "cells" || fold.kind === "stretch"))
    folding.value = { kind: fold.kind, ops: card.ops };
}

const scopesOf = (fold: Fold): readonly number[] =>
  fold.kind === "scope" ? [fold.scope] : fold.kind === "iterations" ? fold.scopes : [];

function foldGroup(group: GroupData): void {
  const drawn = scene.value;
  if (!drawn) return;
  const inside = new Set([group.id]);
  // Groups come outer before inner.
  for (const each of drawn.graph.groups)
    if (each.parent !== null && inside.has(each.parent)) inside.add(each.id);
  const box = drawn.layout.groups[group.id];
  const ops = drawn.graph.cards
    .filter((card) => card.group !== null && inside.has(card.group))
    .flatMap((card) => card.ops);
  if (box) holdThroughFold(ops, box);
  if (!STANDALONE) focusThroughFold(foldedCard(ops));
  setOpen([group.scope], false);
}

/** What stands where there is no graph. */
function Emptiness(): JSX.Element | null {
  const t = words.value;
  if (scene.value && scene.value.graph.cards.length > 0) return null;
  const outcome = run.value?.trace.ops.length === 0 ? run.value.trace.outcome : null;
  const text = sceneFailed.value
    ? t.run.failures.draw
    : !STANDALONE && isRunning.value
      ? t.nothing.sending
      : outcome
        ? withoutTensors(outcome)
        : run.value
          ? t.run.loading
          : STANDALONE || onlyPlays.value
            ? ""
            : t.nothing.empty;
  return (
    <div class="emptiness">
      <Logo />
      {STANDALONE || run.value || isRunning.value || onlyPlays.value ? null : <h2>{t.nothing.emptyTitle}</h2>}
      <p>{text}</p>
      {outcome?.error ? <pre class="output output-error">{outcome.error.traceback}</pre> : null}
      {STANDALONE || run.value || isRunning.value || onlyPlays.value ? null : (
        <button type="button" class="button primary" onClick={() => void startRun()}>
          <Icon name="run" size={20} /> {t.header.run}
        </button>
      )}
    </div>
  );
}

function withoutTensors({ status, error }: Outcome): string {
  const { graph, run: told, nothing } = words.value;
  if (STANDALONE) return error ? told.raised : graph.noOps;
  return status === "ok"
    ? graph.noOps
    : error && UNREADABLE.test(error.type)
      ? nothing.unreadable
      : nothing.endedEarly;
}

/** What Python says of code that it cannot run at all. */
const UNREADABLE = /^(Syntax|Indentation|Tab)Error$/;

function measureTools(bar: HTMLElement | null): void {
  if (bar) tools.value = { width: bar.offsetWidth, height: bar.offsetHeight };
}

function Tools(): JSX.Element | null {
  const t = words.value.graph;
  const drawn = scene.value;
  if (!drawn?.graph.cards.length) return null;
  const all = { x: 0, y: 0, width: drawn.layout.width, height: drawn.layout.height };
  return (
    <div class="graph-tools" ref={STANDALONE ? null : measureTools}>
      {STANDALONE || onlyPlays.value ? null : (
        <button
          type="button"
          class="tool text"
          data-testid="keep"
          aria-pressed={kept.value !== null}
          title={words.value.nothing.keepHint}
          onClick={toggleKept}
        >
          {words.value.nothing.keep}
        </button>
      )}
      <button
        type="button"
        class="tool text"
        data-testid="picture"
        aria-pressed={picture.value === "backward"}
        title={t.pictureHint}
        onClick={togglePicture}
      >
        grad_fn
      </button>
      {STANDALONE || onlyPlays.value ? null : (
        <button
          type="button"
          class="tool"
          data-testid="legend-open"
          aria-label={words.value.commands.legend}
          aria-pressed={legendOpen.value}
          title={`${words.value.commands.legend} (H)`}
          onClick={() => {
            legendOpen.value = !legendOpen.value;
          }}
        >
          <Icon name="legend" size={18} />
        </button>
      )}
      <button
        type="button"
        class="tool"
        data-testid="search"
        aria-label={words.value.seeing.search}
        title={words.value.seeing.search}
        onClick={() => {
          paletteOpen.value = true;
        }}
      >
        <Icon name="search" size={18} />
      </button>
      <button
        type="button"
        class="tool"
        data-testid="zoom-in"
        aria-label={t.zoomIn}
        title={t.zoomIn}
        onClick={() => zoom(1.25)}
      >
        <Icon name="plus" size={18} />
      </button>
      <button
        type="button"
        class="tool"
        data-testid="zoom-out"
        aria-label={t.zoomOut}
        title={t.zoomOut}
        onClick={() => zoom(0.8)}
      >
        <Icon name="minus" size={18} />
      </button>
      <button
        type="button"
        class="tool"
        data-testid="fit"
        aria-label={t.fit}
        title={t.fit}
        onClick={() => fitDrawing(all)}
      >
        <Icon name="fit" size={18} />
      </button>
    </div>
  );
}
