"""POST /api/v1/traces as lines: they come while the run goes on, and folded they are the trace that comes whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.api.negotiate import preferred
from gradwalk.api.streaming import Lines
from gradwalk.api.untaken import Untaken
from gradwalk.document.schema import Options, Outcome, Trace
from gradwalk.errors import SandboxUnavailable
from gradwalk.notebook import cells_of
from gradwalk.sandbox.executor import Ending, RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.api.conftest import Connect
from tests.api.fake import OK_FRAME, FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"
MEDIA_TYPE = "application/x-ndjson"
BEGUN = b'{"events": [{"kind": "cell_begin", "cell": 0}]}'
PRINTED = b'{"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": "%s"}]}'
LISTS = ("spans", "scopes", "tensors", "values", "ops", "nodes", "edges", "formulas", "events")


def folded(text: str) -> dict[str, Any]:
    """The trace that lines tell of, put together as the API's description says."""
    begin, *frames, end = map(json.loads, text.splitlines())
    assert (begin.pop("kind"), end.pop("kind")) == ("begin", "end")
    trace: dict[str, Any] = {**begin, **{name: [] for name in LISTS}, **end}
    for line in frames:
        assert line["kind"] == "frame"
        for name in LISTS:
            trace[name] += line["frame"].get(name, [])
        for part in line["frame"].get("outputs", []):
            outputs = trace["cells"][part["cell"]]["outputs"]
            if part["output"] == len(outputs):
                outputs.append({"kind": part["kind"], "text": ""})
            outputs[part["output"]]["text"] += part["text"]
        assert line["progress"]["ops"] == len(trace["ops"])
        assert line["progress"]["events"] == len(trace["events"])
    for event in trace["events"]:
        if event["kind"] == "cell_begin":
            trace["cells"][event["cell"]]["status"] = "stopped"
        elif event["kind"] == "cell_end":
            trace["cells"][event["cell"]]["status"] = event["status"]
        elif event["kind"] == "bind" and event["tensor"] is not None:
            names = trace["tensors"][event["tensor"]]["names"]
            if event["name"] not in names:
                names.append(event["name"])
    return trace


async def both(client: httpx.AsyncClient, source: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The trace from lines, and the one that comes whole."""
    told = await client.post(URL, json={"source": source}, headers={"accept": MEDIA_TYPE})
    whole = await client.post(URL, json={"source": source}, headers={"accept": "application/json"})
    assert (told.status_code, told.headers["content-type"]) == (200, MEDIA_TYPE)
    assert whole.headers["content-type"] == "application/json"
    Trace.model_validate(folded(told.text))
    return folded(told.text), whole.json()


class Replayed(FakeExecutor):
    """Has a real executor run each program once, and sends what came of it again and again."""

    def __init__(self, real: ForkServerExecutor) -> None:
        super().__init__()
        self.real = real

    async def record(self, request: RunRequest) -> None:
        """Run it and keep what comes."""
        parts = [part async for part in self.real.run(request)]
        self.frames = [part for part in parts if isinstance(part, bytes)]
        (self.ending,) = [part.outcome for part in parts if isinstance(part, Ending)]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


@pytest.fixture(scope="module")
async def real() -> AsyncIterator[ForkServerExecutor]:
    """One sandbox for all programs."""
    executor = ForkServerExecutor(slots=1)
    await executor.start()
    yield executor
    await executor.stop()


PROGRAMS = {
    "the lesson": (
        {"ok"},
        "import torch\nx = torch.arange(4.0, requires_grad=True)\ny = 2 * torch.dot(x, x)\ny.backward()\nx.grad",
    ),
    "cells and names": ({"ok"}, "# %%\nimport torch\na = b = torch.ones(2)\n# %%\nprint(a)\na = b * 2\n# %%\na"),
    "many frames": (
        {"ok"},
        "import torch\nw = torch.ones(3, requires_grad=True)\nfor i in range(300):\n    w = w * 1.01\n    print(i)\n",
    ),
    "an error": ({"error"}, "# %%\nimport torch\nx = torch.ones(2)\n# %%\nx.backward()\n# %%\nx"),
    "a warning": ({"ok"}, "import warnings\nwarnings.warn('careful')"),
    "a limit": ({"cpu", "timeout", "limit"}, "import torch\nx = torch.ones(1)\nwhile True:\n    x = x + 1\n"),
    "a kill": ({"memory"}, "import torch\nx = torch.ones(3)\nprint(x)\ny = bytearray(10**12)"),
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_folded_lines_are_the_trace(name: str, real: ForkServerExecutor, connect: Connect) -> None:
    ended, source = PROGRAMS[name]
    executor = Replayed(real)
    await executor.record(RunRequest(tuple(cells_of(source)), Options()))
    async with connect(executor) as client:
        told, whole = await both(client, source)
    assert told == whole
    assert told["outcome"]["status"] in ended


@pytest.mark.parametrize(
    ("frames", "ending"),
    [
        ([BEGUN, PRINTED % b"half", PRINTED % b" a word"], Outcome(status="killed", message="Because.")),
        ([BEGUN, b"\xff", OK_FRAME], Outcome(status="ok")),
        ([BEGUN, b'{"events": [{"kind": "op", "op": 7}]}', OK_FRAME], Outcome(status="ok")),
        ([BEGUN], Outcome(status="ok")),
        ([], Outcome(status="timeout", message="Too long.")),
    ],
    ids=["killed", "no JSON", "points nowhere", "unfinished", "silent"],
)
async def test_folded_lines_are_the_trace_of_what_was_whole(
    frames: list[bytes], ending: Outcome, connect: Connect
) -> None:
    async with connect(FakeExecutor(frames, ending)) as client:
        told, whole = await both(client, "x")
    assert told == whole
    assert told["outcome"]["status"] in ("killed", "timeout")


@pytest.mark.parametrize(
    ("accept", "lines"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/x-ndjson", True),
        ("Application/X-NDJSON, application/problem+json", True),
        ("application/x-ndjson;q=0.5, application/json", False),
        ("application/x-ndjson, application/json;q=0.5", True),
        ("application/x-ndjson;q=0", False),
        ("application/x-ndjson;q=lots", False),
    ],
)
def test_lines_are_for_who_asks_for_them(accept: str, lines: bool) -> None:
    chosen = preferred(accept, (MEDIA_TYPE, "text/event-stream"), "application/json")
    assert chosen == (MEDIA_TYPE if lines else "application/json")


async def test_what_cannot_begin_is_a_problem_and_not_a_stream(connect: Connect) -> None:
    async with connect(FakeExecutor([], SandboxUnavailable("Not now."))) as client:
        answer = await client.post(URL, json={"source": "x"}, headers={"accept": MEDIA_TYPE})
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/sandbox-unavailable"


class Call:
    """One request made by hand, so that the answer can be read, and hung up on, while it comes."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.incoming = asyncio.Queue[dict[str, Any]]()
        self.sent = asyncio.Queue[dict[str, Any]]()
        body = b'{"source": "x"}'
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
        headers = {
            "host": "t",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "accept": MEDIA_TYPE,
            "accept-encoding": "identity",
        }
        scope = {
            "type": "http", "method": "POST", "path": URL, "raw_path": URL.encode(), "query_string": b"",
            "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("t", 80), "client": ("t", 1),
            "asgi": {"version": "3.0"}, "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip
        self.task = asyncio.ensure_future(app(scope, self.incoming.get, self.sent.put))

    async def lines(self, count: int) -> list[dict[str, Any]]:
        """So many lines of the answer, waiting for them."""
        found = b""
        async with asyncio.timeout(5):
            while found.count(b"\n") < count:
                found += (await self.sent.get()).get("body", b"")
        return [json.loads(line) for line in found.splitlines()]


async def test_lines_come_while_the_run_goes_on(page: Any) -> None:
    executor = FakeExecutor([BEGUN, PRINTED % b"so far"], hang=True)
    call = Call(create_app(Settings(page=page), executor))
    lines = await call.lines(3)
    assert [line["kind"] for line in lines] == ["begin", "frame", "frame"]
    assert lines[2]["frame"]["outputs"][0]["text"] == "so far"
    assert not call.task.done()
    call.task.cancel()


async def test_a_client_that_hangs_up_ends_the_run_and_frees_its_place(page: Any) -> None:
    executor = FakeExecutor([BEGUN], hang=True)
    app = create_app(Settings(page=page, running=1), executor)
    call = Call(app)
    await call.lines(2)
    assert app.state.admission.running == 1
    call.incoming.put_nowait({"type": "http.disconnect"})
    async with asyncio.timeout(5):
        await call.task
        while app.state.admission.running:
            await asyncio.sleep(0)
    assert executor.abandoned == 1


async def test_who_waits_hears_how_many_come_first(page: Any) -> None:
    app = create_app(Settings(page=page, running=1, client_running=1), FakeExecutor([BEGUN], hang=True))
    calls = [Call(app)]
    await calls[0].lines(2)
    calls += [Call(app), Call(app)]
    assert await calls[1].lines(1) == [{"kind": "waiting", "ahead": 0}]
    assert await calls[2].lines(1) == [{"kind": "waiting", "ahead": 1}]
    calls[0].incoming.put_nowait({"type": "http.disconnect"})
    assert [line["kind"] for line in await calls[1].lines(2)] == ["begin", "frame"]
    assert await calls[2].lines(1) == [{"kind": "waiting", "ahead": 0}]
    for call in calls[1:]:
        call.incoming.put_nowait({"type": "http.disconnect"})
        await call.task


async def test_a_stream_without_news_says_that_it_lives(page: Any) -> None:
    settings = Settings(page=page, running=1, client_running=1, silence_seconds=0.02)
    app = create_app(settings, FakeExecutor([BEGUN], hang=True))
    first, second = Call(app), Call(app)
    lines = await first.lines(4)
    assert [line["kind"] for line in lines] == ["begin", "frame", "progress", "progress"]
    assert [line["progress"]["events"] for line in lines[1:]] == [1, 1, 1]
    assert await second.lines(3) == [{"kind": "waiting", "ahead": 0}] * 3
    for call in (first, second):
        call.incoming.put_nowait({"type": "http.disconnect"})
        await call.task


async def test_lines_that_nobody_takes_break_off_when_all_of_them_are_too_many() -> None:
    untaken = Untaken(100)
    slow, quick = Lines(untaken=untaken), Lines(untaken=untaken)
    for number in range(20):
        slow.wait(number)
        quick.wait(number)
        assert json.loads(await quick.next() or b"") == {"kind": "waiting", "ahead": number}
    assert (slow.given_up, quick.given_up) == (True, False)
    assert await slow.next() is None
    assert untaken.size == 0
