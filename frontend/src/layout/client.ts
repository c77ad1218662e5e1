/** The layout in a worker, behind one function. */
import type { Layout, LayoutGraph, LayoutOptions } from "../core/types";

export function layoutInWorker(_graph: LayoutGraph, _options: LayoutOptions): Promise<Layout> {
  throw new Error("not yet");
}
