"""How the server ends: what runs is waited for, what waits is told, and nobody gets half an answer without a reason."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn

from gradwalk.api import Settings, create_app
from gradwalk.api.admission import Admission
from gradwalk.api.departure import Departing
from gradwalk.errors import TooBusy
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio
Answer = tuple[int, dict[str, str], bytes]


@contextlib.asynccontextmanager
async def departing(page: Path, *, told_after: float, ends_after: float) -> AsyncIterator[tuple[int, Departing]]:
    """The port of a server whose runs never end."""
    app = create_app(Settings(page=page, running=1, aside=1, turn_seconds=60), FakeExecutor(hang=True))
    config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=ends_after)  # type: ignore[arg-type]
    server = Departing(config, app, told_after)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    yield server.servers[0].sockets[0].getsockname()[1], server
    server.should_exit = True
    await serving


async def ask(port: int, accept: str, source: str) -> asyncio.Task[Answer]:
    """The answer to come: its status, its headers, its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps({"source": source}).encode()
    writer.write(
        b"POST /api/v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + f"Accept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )

    async def answer() -> Answer:
        head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        first, *others = head.decode().split("\r\n")
        return int(first.split()[1]), dict(line.split(": ", 1) for line in others), rest

    await asyncio.sleep(0.05)
    return asyncio.create_task(answer())


async def test_whoever_still_waits_and_what_still_runs_is_told_to_come_again(
    page: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with departing(page, told_after=0, ends_after=0.3) as (port, server):
        runs, waits = await ask(port, "application/json", "1"), await ask(port, "application/json", "2")
        server.should_exit = True
        (first, _, _), (second, headers, body) = await runs, await waits
    assert (first, second) == (503, 503)
    assert int(headers["retry-after"]) >= 1
    assert json.loads(body)["type"] == "/problems/too-busy"
    assert "shutting down" in json.loads(body)["detail"]
    assert "Traceback" not in caplog.text


async def test_lines_that_cannot_go_on_have_no_end_and_leave_no_traceback(
    page: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with departing(page, told_after=0, ends_after=0.3) as (port, server):
        runs, waits = await ask(port, "application/x-ndjson", "1"), await ask(port, "application/x-ndjson", "2")
        server.should_exit = True
        (first, _, begun), (second, _, waited) = await runs, await waits
    assert (first, second) == (200, 200)
    assert b'"begin"' in begun
    assert b'"waiting"' in waited
    assert not begun.endswith(b"0\r\n\r\n")
    assert not waited.endswith(b"0\r\n\r\n")
    assert "Traceback" not in caplog.text


async def test_who_comes_when_the_doors_are_closed_is_sent_away() -> None:
    admission = Admission(running=1, queue=9, client_running=1, client_queue=2)
    async with admission.turn("a"):
        waits = asyncio.create_task(contextlib.AsyncExitStack().enter_async_context(admission.turn("b")))
        await asyncio.sleep(0)
        admission.close()
        with pytest.raises(TooBusy, match="shutting down"):
            await waits
        with pytest.raises(TooBusy, match="shutting down"):
            await admission.turn("c").__aenter__()
    assert (admission.running, admission.waiting) == (0, 0)


@pytest.fixture
def hangup() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP), signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGHUP, before[0])
    signal.signal(signal.SIGTERM, before[1])


@pytest.mark.usefixtures("hangup")
@pytest.mark.parametrize(("ignored", "heard"), [(False, [signal.SIGTERM]), (True, [])])
async def test_a_closed_terminal_ends_it_in_order_unless_that_is_to_be_ignored(
    page: Path, ignored: bool, heard: list[int]
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    signals: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
    app = create_app(Settings(page=page), FakeExecutor())
    Departing(uvicorn.Config(app), app, 1).hear_of_a_closed_terminal()
    signal.raise_signal(signal.SIGHUP)
    assert signals == heard
