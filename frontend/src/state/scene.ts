/** What is drawn: the view graph of the focus and the folds, measured and laid out; it changes with those, not with steps. */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { backwardGraph } from "../core/backward-graph";
import { arrivedEdges, operandCards } from "../core/moment";
import { cardAt } from "../core/place";
import type { Run } from "../core/run";
import { cardState, edgeState } from "../core/state";
import type { CardState, EdgeState, Layout, LayoutGraph, Step, ViewGraph } from "../core/types";
import { type Arrangement, arrange, drawnGraph, focusOf, openAtFirst } from "../core/viewgraph";
import { type CardFace, faceOf } from "../graph/face";
import { browserMeasure, TYPE } from "../graph/measure";
import { nodeFace } from "../graph/node-face";
import { groupTitle } from "../graph/titles";
import { words } from "../i18n";
import { layoutInWorker } from "../layout/client";
import { step, timeline } from "./player";
import { generation, run } from "./run";
import { picture } from "./screen";

export interface Scene {
  readonly run: Run;
  /** Scenes of one that grows have the same. */
  readonly generation: number;
  /** Which components it shows in full: scenes of one focus differ only in their folds. */
  readonly focus: string;
  readonly graph: ViewGraph;
  readonly faces: ReadonlyMap<string, CardFace>;
  readonly layout: Layout;
}

/** The last scene whose layout is ready. */
export const scene = signal<Scene | null>(null);
/** Width to height of the room that the graph has, in coarse steps: a new layout only where it is worth one. */
export const roomAspect = signal(1);
/** The layout could not be made. */
export const sceneFailed = signal(false);

/** Scopes that the person opened (true) or folded (false) by hand, over what the step suggests. */
const chosen = signal<ReadonlyMap<number, boolean>>(new Map());
/** Components that the person opened beside the one in focus. */
const added = signal<ReadonlySet<number>>(new Set());

/** Before the first step the picture is that of the first step, all of it still to come. */
export const BEFORE: Step = {
  from: 0,
  to: 0,
  kind: "line",
  direction: "forward",
  span: null,
  scope: null,
  cell: null,
  backward: null,
  op: null,
  node: null,
  line: null,
};

const stepForFocus = computed(() => step.value ?? timeline.value?.steps[0] ?? BEFORE);

/** A set as a text, so that an equal set is an equal value and starts nothing. */
const keyOf = (set: Iterable<number>) => [...set].sort((a, b) => a - b).join(",");
const setOf = (key: string) => new Set(key === "" ? [] : key.split(",").map(Number));

const focusKey = computed(() =>
  run.value ? keyOf([...focusOf(run.value, stepForFocus.value), ...added.value]) : "",
);

const openKey = computed(() => {
  if (!run.value) return "";
  const open = new Set(openAtFirst(run.value, stepForFocus.value));
  for (const [scope, isOpen] of chosen.value) {
    if (isOpen) open.add(scope);
    else open.delete(scope);
  }
  return keyOf(open);
});

/** The arrangement that the scene was built from, and for what. */
const built = signal<{ run: Run; open: string; focus: string; arrangement: Arrangement } | null>(null);

function builtFor(of: Run, open: string, focus: string): Arrangement | null {
  const { value } = built;
  return value?.run === of && value.open === open && value.focus === focus ? value.arrangement : null;
}

/** Stretches that the person opened beside the one that the step is in. */
const unrolled = signal<ReadonlySet<string>>(new Set());

/** The stretch of a long run that the step is in; empty while the scene is still another's. */
const stretchKey = computed(() => {
  const arranged = run.value && builtFor(run.value, openKey.value, focusKey.value);
  return run.value && arranged ? stretchAt(run.value, arranged, stepForFocus.value) : "";
});

function stretchAt(of: Run, { standIn, stretchOf }: Arrangement, at: Step): string {
  if (stretchOf.size === 0) return "";
  return stretchOf.get(standIn.get(cardAt(of, at) ?? "") ?? "") ?? "";
}

export function unroll(stretch: string): void {
  unrolled.value = new Set([...unrolled.value, stretch]);
}

export function setOpen(scopes: Iterable<number>, isOpen: boolean): void {
  const next = new Map(chosen.value);
  for (const scope of scopes) next.set(scope, isOpen);
  chosen.value = next;
}

export function addToFocus(components: Iterable<number>): void {
  added.value = new Set([...added.value, ...components]);
}

// Another run has other scopes and components.
effect(() => {
  generation.value;
  batch(() => {
    chosen.value = new Map();
    added.value = new Set();
    unrolled.value = new Set();
  });
});

const measure = browserMeasure();

let latest = 0;
/** What the scene under way or on view was built for: nothing is built twice. */
let wanted: readonly unknown[] = [];
effect(() => {
  const current = run.value;
  const open = openKey.value;
  const focus = focusKey.value;
  const stretch = stretchKey.value;
  const inputs = [current, open, focus, unrolled.value, words.value, roomAspect.value, picture.value];
  const isBuilt = current !== null && untracked(() => builtFor(current, open, focus)) !== null;
  const isSame = inputs.every((input, i) => input === wanted[i]);
  if (isSame && (!isBuilt || stretch === wanted[inputs.length])) return;
  const mine = ++latest;
  wanted = [...inputs, stretch];
  if (!current) {
    scene.value = null;
    return;
  }
  const make = () => {
    if (mine === latest) untracked(() => build(current, open, focus, mine));
  };
  // The step is shown first: it is in the scene that is there, if only on a folded card.
  if (scene.peek()?.run === current) setTimeout(make);
  else make();
});

function build(current: Run, open: string, focus: string, mine: number): void {
  const view = { open: setOf(open), focus: setOf(focus) };
  const arranged = builtFor(current, open, focus) ?? arrange(current, view);
  const stretch = stretchAt(current, arranged, stepForFocus.value);
  wanted = [...wanted.slice(0, -1), stretch];
  built.value = { run: current, open, focus, arrangement: arranged };
  const stretches = new Set([stretch, ...unrolled.value]);
  const values = drawnGraph(current, arranged, { ...view, stretches });
  const graph = picture.value === "backward" ? backwardGraph(current, values) : values;
  const t = words.value;
  const faces = new Map(
    graph.cards.map((card) => [
      card.id,
      (card.kind === "node" ? nodeFace : faceOf)(current, card, t, measure),
    ]),
  );
  layoutInWorker(toLayOut(graph, faces), { direction: "fit", aspect: roomAspect.value })
    .then((layout) => {
      // A later view has been asked for in the meantime.
      if (mine !== latest) return;
      sceneFailed.value = false;
      scene.value = { run: current, generation: generation.value, focus, graph, faces, layout };
    })
    .catch(() => {
      if (mine === latest) sceneFailed.value = true;
    });
}

function toLayOut(graph: ViewGraph, faces: ReadonlyMap<string, CardFace>): LayoutGraph {
  const titleWidth = (text: string) => measure(text, TYPE.group) + 44;
  return {
    nodes: graph.cards.map(({ id, group }) => {
      const { width, height } = faces.get(id) ?? { width: 0, height: 0 };
      return { id, width, height, group };
    }),
    edges: graph.edges.map(({ id, source, target, slot, kind }) => ({
      id,
      source,
      target,
      slot,
      tracked: kind === "tracked",
    })),
    groups: graph.groups.map((group) => ({
      id: group.id,
      parent: group.parent,
      // Beside an iteration's title is the way to the others.
      titleWidth:
        (group.loop === null ? 0 : 34) +
        titleWidth(
          groupTitle(
            group,
            untracked(() => words.value),
          ),
        ),
    })),
  };
}

export interface SceneStates {
  readonly cards: ReadonlyMap<string, CardState>;
  readonly edges: ReadonlyMap<string, EdgeState>;
}

/** The run that the scene's cards are of, as it is by now; null where another run is on view. */
export const sceneRun = computed<Run | null>(() =>
  scene.value?.generation === generation.value ? run.value : null,
);

/** How every card and edge of the scene looks at this step. */
export const states = computed<SceneStates>(() => {
  const drawn = scene.value;
  const of = sceneRun.value;
  const current = step.value ?? BEFORE;
  if (!drawn || !of) return { cards: new Map(), edges: new Map() };
  return {
    cards: new Map(drawn.graph.cards.map((card) => [card.id, cardState(of, card, current)])),
    edges: new Map(drawn.graph.edges.map((edge) => [edge.id, edgeState(of, edge, current)])),
  };
});

/** What flows into the step's op, and where what its node received came along. */
export const litOperands = computed(() =>
  scene.value ? operandCards(scene.value.graph, states.value) : new Set(),
);
export const arrived = computed(
  () => new Set(scene.value ? arrivedEdges(scene.value.graph, states.value).map(({ id }) => id) : []),
);

/** The cards that the step is about. */
export const activeCards = computed(() =>
  [...states.value.cards].filter(([, s]) => s.state === "active").map(([id]) => id),
);
