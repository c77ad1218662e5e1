/** The layout in a worker, behind one function. */

import type { Layout, LayoutGraph, LayoutOptions } from "../core/types";
import { AlikeLayouts, alikeness } from "./alike";
import type { Reply, Request } from "./worker";

interface Waiting {
  readonly request: Request;
  resolve: (layout: Layout) => void;
  reject: (error: Error) => void;
}

let worker: Worker | null = null;
/** A frame without an origin of its own may have no worker, Firefox before 114 none that is a module. */
let isRefused = globalThis.origin === "null";
let requests = 0;
const waiting = new Map<number, Waiting>();

/** As many as a walk through nested loops comes back to. */
const known = new AlikeLayouts(50);

export async function layoutInWorker(graph: LayoutGraph, options: LayoutOptions): Promise<Layout> {
  const alike = alikeness(graph, options);
  const found = known.find(alike, graph);
  if (found) return found;
  const layout = await workedOut(graph, options);
  known.keep(alike, graph, layout);
  return layout;
}

/** Has the worker load meanwhile: there will be something to lay out. */
export function prepareLayout(): void {
  if (!isRefused) started();
}

async function workedOut(graph: LayoutGraph, options: LayoutOptions): Promise<Layout> {
  const running = isRefused ? null : started();
  if (!running) return (await import("./here")).layoutInWorker(graph, options);
  return new Promise((resolve, reject) => {
    const request: Request = { id: requests++, graph, options };
    waiting.set(request.id, { request, resolve, reject });
    running.postMessage(request);
  });
}

function started(): Worker | null {
  try {
    worker ??= start();
  } catch {
    isRefused = true;
  }
  return worker;
}

function start(): Worker {
  const starting = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let hasAnswered = false;
  starting.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    hasAnswered = true;
    const request = waiting.get(data.id);
    waiting.delete(data.id);
    if ("layout" in data) request?.resolve(data.layout);
    else request?.reject(new Error(data.error));
  });
  starting.addEventListener("error", (event) => {
    isRefused ||= !hasAnswered;
    worker = null;
    const left = [...waiting.values()];
    waiting.clear();
    for (const { request, resolve, reject } of left) {
      if (isRefused) workedOut(request.graph, request.options).then(resolve, reject);
      else reject(new Error(event.message));
    }
  });
  return starting;
}
