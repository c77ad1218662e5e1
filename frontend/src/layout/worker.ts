/** Runs `layout` off the page's thread: `{id, graph, options}` in, `{id, layout}` or `{id, error}` out. */

import type { LayoutGraph, LayoutOptions } from "../core/types";
import { layout } from "./layout";

export interface Request {
  id: number;
  graph: LayoutGraph;
  options: LayoutOptions;
}

export type Reply = { id: number; layout: ReturnType<typeof layout> } | { id: number; error: string };

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  const { id, graph, options } = data;
  let reply: Reply;
  try {
    reply = { id, layout: layout(graph, options) };
  } catch (error) {
    reply = { id, error: String(error) };
  }
  postMessage(reply);
});
