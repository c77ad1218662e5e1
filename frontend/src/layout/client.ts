/** The layout in a worker, behind one function. */

import type { Layout, LayoutGraph, LayoutOptions } from "../core/types";
import type { Reply, Request } from "./worker";

interface Waiting {
  resolve: (layout: Layout) => void;
  reject: (error: Error) => void;
}

let worker: Worker | null = null;
let requests = 0;
const waiting = new Map<number, Waiting>();

export async function layoutInWorker(graph: LayoutGraph, options: LayoutOptions): Promise<Layout> {
  let running: Worker;
  try {
    running = worker ?? start();
  } catch {
    // A frame without an origin of its own may have no worker.
    return (await import("./here")).layoutInWorker(graph, options);
  }
  worker = running;
  return new Promise((resolve, reject) => {
    const request: Request = { id: requests++, graph, options };
    waiting.set(request.id, { resolve, reject });
    running.postMessage(request);
  });
}

function start(): Worker {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const request = waiting.get(data.id);
    waiting.delete(data.id);
    if ("layout" in data) request?.resolve(data.layout);
    else request?.reject(new Error(data.error));
  });
  started.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
    worker = null;
  });
  return started;
}
