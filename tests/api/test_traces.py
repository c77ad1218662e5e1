"""POST /api/v1/traces: what is asked for is what runs, and whatever happens to it is a trace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.document.schema import Outcome, Trace
from tests.api.conftest import Connect
from tests.api.fake import OK_FRAME, FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"


async def test_source_runs_as_one_cell(client: httpx.AsyncClient, executor: FakeExecutor) -> None:
    response = await client.post(URL, json={"source": "x = 1\nx"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert [cell.source for cell in executor.requests[0].cells] == ["x = 1\nx"]
    trace = Trace.model_validate_json(response.content)
    assert trace.outcome.status == "ok"
    assert [cell.source for cell in trace.cells] == ["x = 1\nx"]


async def test_source_with_markers_runs_as_cells(client: httpx.AsyncClient, executor: FakeExecutor) -> None:
    await client.post(URL, json={"source": "# %%\na = 1\n# %% [markdown]\n# words\n# %%\na\n"})
    assert [cell.source for cell in executor.requests[0].cells] == ["a = 1", "a"]


async def test_a_session_of_the_interpreter_runs_as_what_was_typed(
    client: httpx.AsyncClient, executor: FakeExecutor
) -> None:
    await client.post(URL, json={"cells": [">>> a = 1\n>>> a\n1"]})
    await client.post(URL, content=">>> b = 2\n>>> b\n2", headers={"content-type": "text/x-python"})
    assert [cell.source for request in executor.requests for cell in request.cells] == ["a = 1\na", "b = 2\nb"]


async def test_cells_may_be_text_or_carry_a_number(client: httpx.AsyncClient, executor: FakeExecutor) -> None:
    response = await client.post(URL, json={"cells": ["a", {"source": "b\r\nc", "execution_count": 7}]})
    assert [(cell.source, cell.execution_count) for cell in executor.requests[0].cells] == [("a", None), ("b\nc", 7)]
    assert [cell["execution_count"] for cell in response.json()["cells"]] == [None, 7]


async def test_options_reach_the_run_and_stand_in_the_trace(client: httpx.AsyncClient, executor: FakeExecutor) -> None:
    options = {"seed": 2**64 - 1, "max_elements": 5, "overrides": [{"op": 0, "data": [1.5]}]}
    response = await client.post(URL, json={"source": "", "options": options})
    assert executor.requests[0].options.seed == 2**64 - 1
    assert response.json()["options"] == options


async def test_half_a_surrogate_pair_becomes_the_replacement_character(
    client: httpx.AsyncClient, executor: FakeExecutor
) -> None:
    body = rb'{"source": "a\ud800b \ud83d\ude00"}'
    response = await client.post(URL, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert executor.requests[0].cells[0].source == "a\ufffdb 😀"


@pytest.mark.parametrize("status", ["error", "timeout", "cpu", "memory", "limit", "killed"])
async def test_a_run_that_does_not_end_well_is_a_trace_all_the_same(connect: Connect, status: Any) -> None:
    frames = [b'{"events": [{"kind": "cell_begin", "cell": 0}]}']
    async with connect(FakeExecutor(frames, Outcome(status=status, message="Because."))) as client:
        response = await client.post(URL, json={"source": "x"})
    assert response.status_code == 200
    assert response.json()["outcome"]["status"] == status
    assert response.json()["outcome"]["message"] == "Because."
    assert response.json()["cells"][0]["status"] == "stopped"


async def test_a_stream_that_makes_no_sense_is_a_trace_of_what_did(connect: Connect) -> None:
    executor = FakeExecutor([b'{"events": [{"kind": "cell_begin", "cell": 0}]}', b"\xff", OK_FRAME])
    async with connect(executor) as client:
        response = await client.post(URL, json={"source": "x"})
    assert response.status_code == 200
    assert response.json()["outcome"]["status"] == "killed"
    assert len(response.json()["events"]) == 1


async def test_a_long_trace_travels_compressed(connect: Connect) -> None:
    text = b'{"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": "' + b"x" * 5000 + b'"}]}'
    async with connect(FakeExecutor([text, OK_FRAME])) as client:
        response = await client.post(URL, json={"source": "x"})
    assert response.headers["content-encoding"] in ("zstd", "gzip")
    assert response.json()["cells"][0]["outputs"][0]["text"] == "x" * 5000


async def test_a_client_that_goes_away_takes_its_run_along(page: Any) -> None:
    executor = FakeExecutor(hang=True)
    app = create_app(Settings(page=page), executor)
    body = b'{"source": "x"}'
    incoming = asyncio.Queue[dict[str, Any]]()
    incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
    scope = {
        "type": "http", "method": "POST", "path": URL, "raw_path": URL.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "server": ("t", 80), "client": ("t", 1), "asgi": {"version": "3.0"},
        "headers": [
            (b"host", b"t"), (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())
        ],
    }  # fmt: skip

    async def send(message: Any) -> None:
        """Nobody listens."""

    async with asyncio.timeout(5):
        call = asyncio.ensure_future(app(scope, incoming.get, send))
        while not executor.requests:
            await asyncio.sleep(0)
        incoming.put_nowait({"type": "http.disconnect"})
        await call
        while not executor.abandoned:
            await asyncio.sleep(0)
    assert executor.abandoned == 1


async def test_the_server_starts_and_stops_its_executor(page: Any) -> None:
    executor = FakeExecutor()
    app = create_app(Settings(page=page), executor)
    async with app.router.lifespan_context(app):
        assert (executor.started, executor.stopped) == (1, 0)
    assert (executor.started, executor.stopped) == (1, 1)


async def test_routes_have_addresses_by_their_names() -> None:
    app = create_app(Settings(page=Path("/nowhere"), database="sqlite://"), FakeExecutor())
    assert app.url_path_for("get_trace", trace="0" * 32) == f"{URL}/{'0' * 32}"
    assert app.url_path_for("get_frame", trace="0" * 32, step="1") == f"{URL}/{'0' * 32}/frames/1"
