/** A trace that comes line by line, put together: what has come is a whole trace at any moment. */
import type { Cell, Outcome, Output, Stop, Trace } from "../schema/trace";
import { push } from "./lists";

const LISTS = [
  "spans",
  "scopes",
  "tensors",
  "values",
  "ops",
  "nodes",
  "edges",
  "formulas",
  "events",
] as const;

type Lists = Pick<Trace, (typeof LISTS)[number]>;

export interface Progress {
  readonly ops: number;
  readonly events: number;
  readonly seconds: number;
}

interface OutputText extends Output {
  readonly cell: number;
  readonly output: number;
}

export type Line =
  | { readonly kind: "waiting"; readonly ahead: number }
  | { readonly kind: "progress"; readonly progress: Progress }
  | ({ readonly kind: "begin" } & Pick<Trace, "schema_version" | "generator" | "options" | "cells">)
  | {
      readonly kind: "frame";
      readonly frame: Partial<Lists> & { readonly outputs?: readonly OutputText[] };
      readonly progress: Progress;
    }
  | { readonly kind: "end"; readonly outcome: Outcome };

export class Folding {
  private readonly lists: Lists = {
    spans: [],
    scopes: [],
    tensors: [],
    values: [],
    ops: [],
    nodes: [],
    edges: [],
    formulas: [],
    events: [],
  };
  private begun: Omit<Extract<Line, { kind: "begin" }>, "kind"> | null = null;
  private readonly status = new Map<number, Cell["status"]>();
  private readonly outputs = new Map<number, { kind: Output["kind"]; text: string }[]>();
  private readonly names = new Map<number, string[]>();
  /** How the run ended; null while it goes on. */
  outcome: Outcome | null = null;

  take(line: Line): void {
    if (line.kind === "begin") {
      const { kind: _, ...begun } = line;
      this.begun = begun;
    } else if (line.kind === "end") {
      this.outcome = line.outcome;
    } else if (line.kind === "frame") {
      for (const event of line.frame.events ?? []) {
        if (event.kind === "cell_begin") this.status.set(event.cell, "stopped");
        else if (event.kind === "cell_end") this.status.set(event.cell, event.status);
        else if (event.kind === "bind" && event.tensor !== null) this.name(event.tensor, event.name);
      }
      for (const name of LISTS) append(this.lists, name, line.frame);
      for (const { cell, output, kind, text } of line.frame.outputs ?? []) {
        const grown = this.outputs.get(cell)?.[output];
        if (grown) grown.text += text;
        else push(this.outputs, cell, { kind, text });
      }
    }
  }

  private name(tensor: number, name: string): void {
    if (!this.names.get(tensor)?.includes(name)) push(this.names, tensor, name);
  }

  /** Whether there is anything to show. */
  get isEmpty(): boolean {
    return this.begun === null || this.lists.events.length === 0;
  }

  /** What has come, as a trace that later lines leave as it is. */
  trace(outcome: Outcome): Trace {
    if (!this.begun) throw new Error("the first line is missing");
    return {
      ...this.begun,
      cells: this.begun.cells.map((cell, at) => ({
        ...cell,
        status: this.status.get(at) ?? cell.status,
        outputs: (this.outputs.get(at) ?? []).map((output) => ({ ...output })),
      })),
      spans: [...this.lists.spans],
      scopes: [...this.lists.scopes],
      tensors: this.lists.tensors.map((tensor, at) => {
        const names = this.names.get(at);
        return names ? { ...tensor, names: [...names] } : tensor;
      }),
      values: [...this.lists.values],
      ops: [...this.lists.ops],
      nodes: [...this.lists.nodes],
      edges: [...this.lists.edges],
      formulas: [...this.lists.formulas],
      events: [...this.lists.events],
      outcome,
    };
  }
}

function append<K extends keyof Lists>(lists: Lists, name: K, frame: Partial<Lists>): void {
  // One by one: a call takes only so many arguments.
  const list = lists[name] as unknown[];
  for (const item of frame[name] ?? []) list.push(item);
}

/** The outcome that a trace has while its run goes on: nothing is wrong so far. */
export const SO_FAR: Outcome = {
  status: "ok",
  message: "",
  error: null,
  stop: null,
};

/** The outcome of a run whose end nobody saw. */
export function brokenOff(reason: Stop["reason"]): Outcome {
  const nowhere = { cell: null, line: null, loop: null, iteration: null };
  const stop: Stop = { reason, limit: null, signal: null, exit_status: null, ...nowhere };
  return { ...SO_FAR, status: "killed", stop };
}
