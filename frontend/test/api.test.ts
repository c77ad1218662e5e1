import { afterEach, describe, expect, test, vi } from "vitest";
import { RunFailure, requestIsolation, requestLines, requestTrace } from "../src/api";

const REQUEST = { cells: [{ source: "1", execution_count: null }], options: { seed: 0 } };

function answer(body: unknown, status = 200): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vi.stubGlobal("fetch", async () => new Response(text, { status }));
}

async function failure(): Promise<RunFailure> {
  const error = await requestTrace(REQUEST, new AbortController().signal).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RunFailure);
  return error as RunFailure;
}

afterEach(() => vi.unstubAllGlobals());

describe("a run that gave no trace says why", () => {
  test.each([
    [413, "tooLarge"],
    [422, "invalid"],
    [429, "busy"],
    [503, "busy"],
    [500, "server"],
  ])("status %i: %s, with the server's own sentence", async (status, kind) => {
    answer({ title: "T", detail: "because", status }, status);
    expect(await failure()).toMatchObject({ kind, detail: "because" });
  });

  test("no connection", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    expect((await failure()).kind).toBe("network");
  });

  test("an answer that is no JSON, or of another version", async () => {
    answer("<html>");
    expect((await failure()).kind).toBe("unreadable");
    answer({ schema_version: 99 });
    expect((await failure()).kind).toBe("schema");
    answer("null");
    expect((await failure()).kind).toBe("schema");
  });
});

test("a trace comes back as it was sent", async () => {
  answer({ schema_version: 1, cells: [] });
  expect(await requestTrace(REQUEST, new AbortController().signal)).toEqual({ schema_version: 1, cells: [] });
});

test("a run that was given up is no failure of the server", async () => {
  const controller = new AbortController();
  controller.abort();
  vi.stubGlobal("fetch", async () => {
    throw new DOMException("gone", "AbortError");
  });
  const error = await requestTrace(REQUEST, controller.signal).catch((caught: unknown) => caught);
  expect(error).not.toBeInstanceOf(RunFailure);
});

test.each(["full", "partial", "none"])("the server's isolation is what it says: %s", async (isolation) => {
  answer({ status: "ok", version: "1", isolation });
  expect(await requestIsolation()).toBe(isolation);
});

test.each(["<html>", "null", { isolation: "walls of stone" }])(
  "no isolation is made up from %o",
  async (body) => {
    answer(body);
    expect(await requestIsolation()).toBeNull();
  },
);

describe("lines", () => {
  const BEGIN = '{"kind":"begin","schema_version":1,"cells":[]}';
  const END = '{"kind":"end","outcome":{"status":"ok","message":"µ"}}';

  /** An answer that comes in these pieces. */
  function answerInPieces(bytes: Uint8Array, size: number): void {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    vi.stubGlobal("fetch", async () => new Response(body));
  }

  async function kinds(): Promise<string[]> {
    const found: string[] = [];
    for await (const line of requestLines(REQUEST, new AbortController().signal)) found.push(line.kind);
    return found;
  }

  test.each([1, 7, 1000])("are read however they are cut (%i bytes)", async (size) => {
    answerInPieces(new TextEncoder().encode(`${BEGIN}\n${END}\n`), size);
    expect(await kinds()).toEqual(["begin", "end"]);
  });

  test.each([
    [`${BEGIN}\n`, "unreadable"],
    ["<html>", "unreadable"],
    ['{"kind":"begin","schema_version":9}\n', "schema"],
  ])("that are not whole are a failure", async (text, kind) => {
    answerInPieces(new TextEncoder().encode(text), 1000);
    await expect(kinds()).rejects.toMatchObject({ kind });
  });
});
