/** The layout on the page's own thread, behind the worker's function: for a page that may have no workers. */
import type { Layout, LayoutGraph, LayoutOptions } from "../core/types";
import { layout } from "./layout";

export async function layoutInWorker(graph: LayoutGraph, options: LayoutOptions): Promise<Layout> {
  return layout(graph, options);
}
