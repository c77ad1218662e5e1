/** A view graph, measured and laid out: what can be drawn. */
import type { Run } from "../core/run";
import type { Layout, LayoutGraph, ViewGraph } from "../core/types";
import { type CardFace, coarse, faceOf } from "../graph/face";
import { browserMeasure, TYPE } from "../graph/measure";
import { nodeFace } from "../graph/node-face";
import { groupTitle, TITLE_ROW } from "../graph/titles";
import type { Messages } from "../i18n/en";
import { layoutInWorker } from "../layout/client";

export interface Scene {
  /** The run that it was laid out of, to tell one from another. It may have grown since: what is read, is read in `sceneRun`. */
  readonly source: unknown;
  /** Scenes of one that grows have the same. */
  readonly generation: number;
  /** Which components it shows in full: scenes of one focus differ only in their folds. */
  readonly focus: string;
  readonly graph: ViewGraph;
  readonly faces: ReadonlyMap<string, CardFace>;
  readonly layout: Layout;
}

const measure = browserMeasure();

/** Measures the cards, and lays them out in a room of an aspect. */
export async function layOutScene(
  run: Run,
  about: Omit<Scene, "source" | "faces" | "layout">,
  t: Messages,
  aspect: number,
): Promise<Scene> {
  const { graph } = about;
  const faces = new Map(
    graph.cards.map((card) => [card.id, (card.kind === "node" ? nodeFace : faceOf)(run, card, t, measure)]),
  );
  const layout = await layoutInWorker(toLayOut(graph, faces, t), { direction: "fit", aspect });
  return { ...about, source: run, faces, layout };
}

function toLayOut(graph: ViewGraph, faces: ReadonlyMap<string, CardFace>, t: Messages): LayoutGraph {
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
    groups: graph.groups.map((group) => {
      const lines = groupTitle(group, t);
      return {
        id: group.id,
        parent: group.parent,
        // Beside an iteration's title is the way to the others.
        titleWidth:
          (group.loop === null ? 44 : 78) +
          Math.max(...lines.map((line) => coarse(measure(line, TYPE.group)))),
        titleHeight: 10 + TITLE_ROW * lines.length,
      };
    }),
  };
}
