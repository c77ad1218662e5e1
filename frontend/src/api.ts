/** The calls the page makes: cells in, a trace out, every way that can fail as one kind of error; and how the server is. */
import type { Line } from "./core/lines";
import type { Trace } from "./schema/trace";

export interface RunRequest {
  cells: { source: string; execution_count: number | null }[];
  options: {
    seed: number | null;
    max_elements?: number;
    overrides?: { op: number; data: readonly number[] }[];
  };
}

export type FailureKind =
  | "network"
  | "busy"
  | "tooLarge"
  | "invalid"
  | "server"
  | "unreadable"
  | "schema"
  | "draw";

/** Why there is no trace. `detail` is the server's own sentence (RFC 9457), where it sent one. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";

  constructor(
    readonly kind: FailureKind,
    readonly detail = "",
  ) {
    super(detail || kind);
  }
}

/** The version of the trace document that this page reads. */
const SCHEMA_VERSION = 1;

async function post(request: RunRequest, accept: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch("api/v1/traces", {
      method: "POST",
      headers: { "content-type": "application/json", accept: `${accept}, application/problem+json` },
      body: JSON.stringify(request),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RunFailure("network");
  }
  if (!response.ok) throw new RunFailure(failureOf(response.status), await detailOf(response));
  return response;
}

/** The whole trace, once the run is over. */
export async function requestTrace(request: RunRequest, signal: AbortSignal): Promise<Trace> {
  const response = await post(request, "application/json", signal);
  let document: unknown;
  try {
    document = await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RunFailure("unreadable");
  }
  if ((document as Partial<Trace> | null)?.schema_version !== SCHEMA_VERSION) throw new RunFailure("schema");
  return document as Trace;
}

/** The trace line by line while the run goes on. */
export async function* requestLines(request: RunRequest, signal: AbortSignal): AsyncGenerator<Line> {
  const response = await post(request, "application/x-ndjson", signal);
  let isWhole = false;
  for await (const text of textLines(response, signal)) {
    let line: Line;
    try {
      line = JSON.parse(text);
    } catch {
      throw new RunFailure("unreadable");
    }
    if (line.kind === "begin" && line.schema_version !== SCHEMA_VERSION) throw new RunFailure("schema");
    isWhole = line.kind === "end";
    yield line;
  }
  if (!isWhole) throw new RunFailure("unreadable");
}

/** The lines of an answer as they come. */
async function* textLines(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  // A line is put together once, not anew with each piece that comes of it.
  let pieces: string[] = [];
  while (reader) {
    let part: ReadableStreamReadResult<Uint8Array>;
    try {
      part = await reader.read();
    } catch (error) {
      if (signal.aborted) throw error;
      throw new RunFailure("network");
    }
    const [rest = "", ...further] = decoder.decode(part.value, { stream: !part.done }).split("\n");
    pieces.push(rest);
    for (const next of further) {
      yield pieces.join("");
      pieces = [next];
    }
    if (part.done) break;
  }
  const left = pieces.join("");
  if (left) yield left;
}

export type Isolation = "full" | "partial" | "none";

/** How well the server holds in what it runs; null if it does not say. */
export async function requestIsolation(): Promise<Isolation | null> {
  try {
    const { isolation } = (await (await fetch("healthz")).json()) as { isolation?: unknown };
    return isolation === "full" || isolation === "partial" || isolation === "none" ? isolation : null;
  } catch {
    return null;
  }
}

function failureOf(status: number): FailureKind {
  if (status === 413) return "tooLarge";
  if (status === 429 || status === 503) return "busy";
  return status >= 500 ? "server" : "invalid";
}

async function detailOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown };
    if (typeof problem.detail === "string" && problem.detail) return problem.detail;
    return typeof problem.title === "string" ? problem.title : "";
  } catch {
    return "";
  }
}
