/** What is drawn: the view graph of the focus and the folds, measured and laid out; it changes with those, not with steps. */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { backwardGraph } from "../core/backward-graph";
import { arrivedEdges, operandCards } from "../core/moment";
import { stretchesOf } from "../core/pair/folds";
import { cardAt } from "../core/place";
import type { Run } from "../core/run";
import { cardState, edgeState } from "../core/state";
import type { CardState, EdgeState, Step } from "../core/types";
import { type Arrangement, arrange, drawnGraph } from "../core/viewgraph";
import { words } from "../i18n";
import { layOutScene, type Scene } from "./laid-out";
import { forgetOpened, keysAt, setOf } from "./opened";
import { position, step, timeline } from "./player";
import { generation, isRunning, run } from "./run";
import { picture } from "./screen";

export { addToFocus, setOpen } from "./opened";
export type { Scene };

/** The last scene whose layout is ready. */
export const scene = signal<Scene | null>(null);
/** Width to height of the room that the graph has, in coarse steps: a new layout only where it is worth one. */
export const roomAspect = signal(1);
/** The layout could not be made. */
export const sceneFailed = signal(false);

/** Before the first step the picture is that of the first step, all of it still to come. */
const BEFORE: Step = {
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

const focusKey = computed(() => (run.value ? keysAt(run.value, stepForFocus.value).focus : ""));
const openKey = computed(() => (run.value ? keysAt(run.value, stepForFocus.value).open : ""));

/** The arrangement that the scene was built from, and for what. */
const built = signal<{ run: Run; open: string; focus: string; arrangement: Arrangement } | null>(null);

function builtFor(of: Run, open: string, focus: string): Arrangement | null {
  const { value } = built;
  return value?.run === of && value.open === open && value.focus === focus ? value.arrangement : null;
}

/** Stretches that the person opened beside the one that the step is in. */
export const unrolled = signal<ReadonlySet<string>>(new Set());

/** The stretch of a long run that the step is in; empty while the scene is still another's. */
const stretchKey = computed(() => {
  const arranged = run.value && builtFor(run.value, openKey.value, focusKey.value);
  return run.value && arranged ? stretchAt(run.value, arranged, stepForFocus.value) : "";
});

function stretchAt(of: Run, { standIn, stretchOf }: Arrangement, at: Step): string {
  if (stretchOf.size === 0) return "";
  return stretchOf.get(standIn(cardAt(of, at) ?? "") ?? "") ?? "";
}

export function unroll(...stretches: readonly string[]): void {
  unrolled.value = new Set([...unrolled.value, ...stretches]);
}

/** Opens the stretches that have some ops, as a hand did in the other of two pictures. */
export function unrollToo(ops: readonly number[]): void {
  const here = built.value;
  if (here) unroll(...stretchesOf(here.run, here.arrangement, ops));
}

// Another run has other scopes and components.
effect(() => {
  generation.value;
  batch(() => {
    forgetOpened();
    unrolled.value = new Set();
  });
});

/** Whether the scene of the step is yet to come: what is on view is another step's. */
export const sceneUnderWay = signal(false);

/** A scene that is made before the step that opens it. */
interface Ahead {
  readonly inputs: readonly unknown[];
  readonly stretch: string;
  readonly arrangement: Arrangement;
  readonly laidOut: Promise<Scene>;
  /** Null until it is laid out. */
  scene: Scene | null;
}

let ahead: Ahead | null = null;

let latest = 0;
/** What the scene under way or on view was built for: nothing is built twice. */
let wanted: readonly unknown[] = [];
effect(() => {
  const current = run.value;
  const open = openKey.value;
  const focus = focusKey.value;
  const stretch = stretchKey.value;
  const inputs = inputsOf(current, open, focus);
  const isBuilt = current !== null && untracked(() => builtFor(current, open, focus)) !== null;
  const isSame = equal(inputs, wanted.slice(0, -1));
  if (isSame && (!isBuilt || stretch === wanted.at(-1))) return;
  const mine = ++latest;
  wanted = [...inputs, stretch];
  if (!current) {
    ahead = null;
    scene.value = null;
    sceneUnderWay.value = false;
    return;
  }
  const make = () => {
    if (mine === latest) untracked(() => show(current, open, focus, mine));
  };
  sceneUnderWay.value = true;
  // What was made ahead comes with the step. Else the step is shown first: it is in the scene that is there, if only on a
  // folded card.
  if (scene.peek()?.source !== current || untracked(() => aheadFor(current, inputs))?.scene) make();
  else setTimeout(make);
});

function equal(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

/** What was made ahead, if it is what the step needs. */
function aheadFor(of: Run, inputs: readonly unknown[]): Ahead | null {
  if (!ahead || !equal(inputs, ahead.inputs)) return null;
  return stretchAt(of, ahead.arrangement, stepForFocus.value) === ahead.stretch ? ahead : null;
}

function show(current: Run, open: string, focus: string, mine: number): void {
  const inputs = wanted.slice(0, -1);
  const made = aheadFor(current, inputs) ?? begin(current, open, focus, stepForFocus.value);
  wanted = [...inputs, made.stretch];
  ahead = null;
  built.value = { run: current, open, focus, arrangement: made.arrangement };
  if (made.scene) {
    sceneFailed.value = false;
    scene.value = made.scene;
    sceneUnderWay.value = false;
    return;
  }
  made.laidOut
    .then((drawn) => {
      // A later view has been asked for in the meantime.
      if (mine !== latest) return;
      sceneFailed.value = false;
      scene.value = drawn;
      sceneUnderWay.value = false;
    })
    .catch(() => {
      if (mine !== latest) return;
      sceneFailed.value = true;
      sceneUnderWay.value = false;
    });
}

/** Begins to make the scene of a step. */
function begin(of: Run, open: string, focus: string, at: Step): Ahead {
  const view = { open: setOf(open), focus: setOf(focus) };
  const arrangement = builtFor(of, open, focus) ?? arrange(of, view);
  const stretch = stretchAt(of, arrangement, at);
  const stretches = new Set([stretch, ...unrolled.value]);
  const values = drawnGraph(of, arrangement, { ...view, stretches });
  const graph = picture.value === "backward" ? backwardGraph(of, values) : values;
  const about = { generation: generation.value, focus, graph };
  return {
    inputs: inputsOf(of, open, focus),
    stretch,
    arrangement,
    laidOut: layOutScene(of, about, words.value, roomAspect.value),
    scene: null,
  };
}

/** What a scene is built from, but for the stretch. */
function inputsOf(of: Run | null, open: string, focus: string): readonly unknown[] {
  return [of, open, focus, unrolled.value, words.value, roomAspect.value, picture.value];
}

/** Where the step was before, and whether it came there backward: the next one is sought in the direction of the last. */
let before = 0;
let isBack = false;
function look(): (() => void) | undefined {
  const to = position.value;
  const of = run.value;
  if (to !== before) isBack = to < before;
  before = to;
  if (scene.value?.source !== of || isRunning.value) return undefined;
  const next = timeline.value?.steps[isBack ? to - 2 : to];
  if (!of || !next || untracked(() => isAtHand(of, next))) return undefined;
  // Once the step is on the screen there is time for the one after it.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(() => untracked(() => lookAhead(of, next)));
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
effect(look);

/** Whether a step needs no other scene than there is. */
function isAtHand(of: Run, next: Step): boolean {
  const { open, focus } = keysAt(of, next);
  const arranged = builtFor(of, open, focus);
  if (arranged && stretchAt(of, arranged, next) === stretchKey.value) return true;
  if (!ahead || !equal(inputsOf(of, open, focus), ahead.inputs)) return false;
  return stretchAt(of, ahead.arrangement, next) === ahead.stretch;
}

function lookAhead(of: Run, next: Step): void {
  const { open, focus } = keysAt(of, next);
  const made = begin(of, open, focus, next);
  ahead = made;
  made.laidOut.then(
    (drawn) => {
      made.scene = drawn;
    },
    () => {
      if (ahead === made) ahead = null;
    },
  );
}

/** With the run and the step that they are of: what they refer to is found there, and may not be in the run that the scene was laid out of. */
export interface SceneStates {
  readonly run: Run | null;
  readonly step: Step;
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
  if (!drawn || !of) return { run: null, step: current, cards: new Map(), edges: new Map() };
  return {
    run: of,
    step: current,
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

/** The cards that the step is about. Forward, what a line made last is what its sentence tells: it stands first. */
export const activeCards = computed(() => {
  const { cards } = states.value;
  const active = scene.value?.graph.cards.filter(({ id }) => cards.get(id)?.state === "active") ?? [];
  if (step.value?.direction === "forward") active.sort((a, b) => b.born - a.born);
  return active.map(({ id }) => id);
});
