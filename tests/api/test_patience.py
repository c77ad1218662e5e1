"""What a client sends, takes and keeps open has its bounds, whatever it asks for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from gradwalk.api import Settings, create_app
from gradwalk.api.patience import MOST_AHEAD, MOST_HEAD_BYTES, impatient
from gradwalk.api.untaken import Untaken
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"


@pytest.fixture
def settings(page: Path) -> Settings:
    return Settings(page=page, running=1, client_queue=1)


@asynccontextmanager
async def serving(
    settings: Settings, patience: float, *, keep_alive: int = 5, most: int | None = None
) -> AsyncIterator[int]:
    """The port of a server that hangs up on whoever takes longer over anything."""
    app = create_app(settings, FakeExecutor())
    http = impatient(patience, most_connections=most)
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=http, log_config=None, timeout_keep_alive=keep_alive))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


@pytest.fixture
async def port(settings: Settings) -> AsyncIterator[int]:
    """The port of a server that waits a tenth of a second for anything."""
    async with serving(replace(settings, body_seconds=0.1), patience=0.1) as port:
        yield port


@pytest.mark.parametrize("sent", [b"", b"POST /api", b"GET /healthz HTTP/1.1\r\nHost: a\r\n"])
async def test_who_does_not_finish_its_headers_is_hung_up_on(sent: bytes, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    assert await reader.read() == b""
    writer.close()


async def test_who_does_not_finish_its_body_is_told_so(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {URL} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n"
    writer.write(head.encode() + b'{"source"')
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_who_is_in_time_is_served_again_when_as_long_has_passed(settings: Settings) -> None:
    async with serving(replace(settings, body_seconds=1), patience=1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            await asyncio.sleep(1.1)
        writer.close()


async def test_whoever_does_not_take_the_answer_is_hung_up_on(settings: Settings) -> None:
    text = json.dumps({"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": "x" * 1_900_000}]}).encode()
    app = create_app(settings, FakeExecutor([text] * 8))
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=impatient(0.1), log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.001)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    _, writer = await asyncio.open_connection(host, port, limit=1024)
    body = b'{"source": "1"}'
    head = f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    async with asyncio.timeout(20):
        while not server.server_state.total_requests:
            await asyncio.sleep(0.001)
        while server.server_state.connections:
            await asyncio.sleep(0.001)
    writer.close()
    server.should_exit = True
    await serving


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * MOST_HEAD_BYTES,
        b"GET / HTTP/1.1\r\nHost: a\r\nx: " + b"a" * MOST_HEAD_BYTES,
        b"GET / HTTP/1.1\r\nHost: a\r\nx: " + b"a" * MOST_HEAD_BYTES + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x: a\r\n" * (MOST_HEAD_BYTES // 6 + 1),
        b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Type: text/x-python\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        % URL.encode()
        + b"x: a\r\n" * (MOST_HEAD_BYTES // 6 + 1),
    ],
    ids=["address", "header", "whole", "headers", "trailers"],
)
async def test_a_head_without_an_end_is_refused_before_it_fills_the_memory(head: bytes, settings: Settings) -> None:
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        answer, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert json.loads(body)["type"] == "/problems/head-too-long"


async def test_requests_that_are_sent_ahead_without_an_end_are_not_all_taken(settings: Settings) -> None:
    ahead = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ahead * MOST_AHEAD)
        for _ in range(MOST_AHEAD):
            assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200 ")
        writer.write(ahead * 5 * MOST_AHEAD)
        answers = await reader.read()
        writer.close()
    assert MOST_AHEAD <= answers.count(b"HTTP/1.1 200 ") <= MOST_AHEAD + 1
    assert answers.count(b"\r\nconnection: close\r\n") == 1


@asynccontextmanager
async def walking(executor: FakeExecutor) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which a run that never ends is told in lines, and another request has been sent ahead."""
    body = b'{"source": "1"}'
    head = b"POST %b HTTP/1.1\r\nHost: x\r\nAccept: application/x-ndjson\r\nContent-Type: application/json\r\n"
    app = create_app(Settings(silence_seconds=0.02), executor)
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=impatient(10), log_config=None))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    writer.write(head % URL.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    async with asyncio.timeout(20):
        await reader.readuntil(b'"begin"')
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        yield reader, writer
        while not executor.abandoned:
            await asyncio.sleep(0.001)
    server.should_exit = True
    await running


async def test_no_refusal_stands_in_the_middle_of_another_answer() -> None:
    async with walking(FakeExecutor(hang=True)) as (reader, writer):
        writer.write(b"what is this?\r\n\r\n")
        assert b"HTTP/1.1 " not in await reader.read()
        writer.close()


async def test_a_run_ends_when_its_client_has_gone_that_had_sent_another_request_ahead() -> None:
    async with walking(FakeExecutor(hang=True)) as (_, writer):
        writer.close()


async def test_pieces_of_a_body_are_no_part_of_its_head(settings: Settings) -> None:
    pieces = b"".join(b"4\r\n#123\r\n" for _ in range(MOST_HEAD_BYTES // 4))
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Type: text/x-python\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head % URL.encode() + pieces + b"0\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.close()


async def test_what_is_no_http_is_told_so_in_the_shape_of_every_problem(settings: Settings) -> None:
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01\x02\x00")
        answer, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["type"] == "/problems/bad-request"


async def test_a_request_that_was_refused_before_its_body_came_has_one_answer(settings: Settings) -> None:
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST %b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" % URL.encode())
        assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 415 ")
        writer.write(b"no length\r\n")
        assert await reader.read() == b""
        writer.close()


async def test_who_asks_for_a_websocket_is_answered_and_the_log_names_no_package(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    asks = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13\r\n\r\n"
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + asks)
        assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200 ")
        writer.close()
    assert "install" not in caplog.text


async def test_what_comes_after_an_answered_request_and_is_no_http_is_told_so(settings: Settings) -> None:
    async with serving(settings, patience=10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"what is this?\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
        writer.close()


@pytest.mark.parametrize("later", [b"a", b"\r\n"], ids=["a body that nobody reads", "empty lines"])
async def test_who_has_its_answer_and_sends_on_is_hung_up_on(later: bytes, settings: Settings) -> None:
    length = 1000 if later == b"a" else 0
    async with serving(settings, patience=0.1, keep_alive=1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % length)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 405 ")
        async with asyncio.timeout(20):
            while not reader.at_eof():
                writer.write(later)
                with suppress(TimeoutError, ConnectionError):
                    await asyncio.wait_for(reader.read(1000), 0.02)
        writer.close()


async def test_files_are_left_for_the_server_however_many_connect(settings: Settings) -> None:
    async with serving(settings, patience=10, most=3) as port:
        clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        refused, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            assert await refused.read() == b""
        writer.close()
        for reader, writer in clients:
            writer.write(b"HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            writer.close()


def test_of_answers_that_wait_those_that_have_waited_longest_are_given_up() -> None:
    dropped: list[str] = []
    untaken = Untaken(10)

    def hold(client: str, size: int) -> None:
        untaken.hold(client, size, lambda: dropped.append(client))

    hold("a", 4)
    hold("b", 4)
    untaken.taken("a")
    hold("c", 4)
    hold("a", 2)
    assert (untaken.size, dropped) == (10, [])
    hold("c", 5)
    assert (untaken.size, dropped) == (7, ["b"])
    hold("d", 11)
    assert (untaken.size, dropped) == (0, ["b", "c", "a", "d"])


async def test_answers_that_nobody_takes_have_an_end_together(settings: Settings) -> None:
    text = json.dumps({"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": "x" * 1_900_000}]}).encode()
    app = create_app(settings, FakeExecutor([text] * 8))
    untaken = Untaken(20_000_000)
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=impatient(60, untaken=untaken), log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.001)
    port = server.servers[0].sockets[0].getsockname()[1]
    body = b'{"source": "1"}'
    head = b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    writers = []
    async with asyncio.timeout(20):
        for count in range(1, 4):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            writer.write(head % (URL.encode(), len(body)) + body)
            writers.append(writer)
            while server.server_state.total_requests < count:
                await asyncio.sleep(0.001)
        while len(server.server_state.connections) > 1:
            await asyncio.sleep(0.001)
    assert 0 < untaken.size <= 20_000_000
    for writer in writers:
        writer.close()
    server.should_exit = True
    await serving
