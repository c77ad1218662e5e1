/** The calls the page makes: cells in, a trace out, every way that can fail as one kind of error; and how the server is. */
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

export async function requestTrace(request: RunRequest, signal: AbortSignal): Promise<Trace> {
  let response: Response;
  try {
    response = await fetch("api/v1/traces", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, application/problem+json" },
      body: JSON.stringify(request),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RunFailure("network");
  }
  if (!response.ok) throw new RunFailure(failureOf(response.status), await detailOf(response));
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

export function failureOf(status: number): FailureKind {
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
