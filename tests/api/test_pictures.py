"""Traces given out in other forms: kept ones by name, and those that a client holds, whoever made them."""

from __future__ import annotations

import copy
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gradwalk.api import Settings, create_app, examples
from gradwalk.document.schema import Trace
from gradwalk.export import FORMATS, Look, export
from gradwalk.limits import LIMITS
from tests.api.test_kept import lesson

pytestmark = pytest.mark.anyio

TRACE = Trace.model_validate(examples.RESPONSE)
RENDER = "/api/v1/render"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


@pytest.fixture(scope="module")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(page=Path("/nowhere"), database="sqlite://"), lesson())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as connected:
        yield connected
    app.state.workers.stop()


@pytest.fixture(scope="module")
async def where(client: httpx.AsyncClient) -> str:
    return (await client.post("/api/v1/traces", json={"source": examples.FIRST_GRAPH})).headers["location"]


async def test_a_graph_is_the_export(client: httpx.AsyncClient, where: str) -> None:
    whole = await client.get(f"{where}/graph.dot")
    assert whole.content == export(TRACE, "dot")
    assert whole.headers["content-type"].startswith("text/vnd.graphviz")
    assert whole.headers["content-disposition"] == 'inline; filename="gradwalk.dot"'
    asked = await client.get(f"{where}/graph.dot?step=-3&theme=dark&direction=LR&language=zh&fold=false")
    look = Look(theme="dark", direction="LR", language="zh", fold=False)
    assert asked.content == export(TRACE, "dot", len(TRACE.events) - 2, look)
    assert asked.headers["etag"] != whole.headers["etag"]
    assert (await client.get(f"{where}/graph.dot", headers={"if-none-match": whole.headers["etag"]})).status_code == 304


async def test_a_trace_in_hand_is_drawn_the_same(client: httpx.AsyncClient, where: str) -> None:
    drawn = await client.post(f"{RENDER}?format=txt&step=5&language=zh", json=examples.RESPONSE)
    kept = await client.get(f"{where}/graph.txt?step=5&language=zh")
    assert drawn.status_code == 200
    assert drawn.content == kept.content
    assert drawn.headers["cache-control"] == "no-store"


async def test_every_format_is_listed(client: httpx.AsyncClient) -> None:
    assert [made["name"] for made in (await client.get("/api/v1/formats")).json()] == list(FORMATS)


async def test_what_is_opened_by_itself_has_no_rights_on_this_site(client: httpx.AsyncClient, where: str) -> None:
    policy = (await client.get(f"{where}/graph.txt")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-same-origin" not in policy


def broken(change: Any) -> dict[str, Any]:
    trace = copy.deepcopy(examples.RESPONSE)
    change(trace)
    return trace


@pytest.mark.parametrize(
    "trace",
    [
        {},
        [],
        broken(lambda trace: trace.update(extra=1)),
        broken(lambda trace: trace["edges"][0].update(op=10**9)),
        broken(lambda trace: trace["tensors"][0].update(grad_fn=[99, 0])),
        broken(lambda trace: trace["events"].append({"kind": "op", "op": 77})),
        broken(lambda trace: trace["events"].append({"kind": "output", "cell": 0, "output": 9, "length": 1})),
        broken(lambda trace: trace.update(scopes=[{"kind": "loop", "parent": 0, "span": 0, "label": "for"}])),
    ],
)
async def test_what_is_no_trace_is_refused(trace: Any, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{RENDER}?format=txt", json=trace)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-a-trace")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("step=999999", 404), ("step=x", 422), ("theme=pink", 422), ("scale=100", 422), ("scale=nan", 422),
        ("format=exe", 422), ("format=..%2Fdot", 422), ("step=-999999", 404),
    ],
)  # fmt: skip
async def test_what_cannot_be_drawn_is_a_problem(query: str, status: int, client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{RENDER}?{query}", json=examples.RESPONSE)
    assert answer.status_code == status
    assert answer.json()["type"].startswith("/problems/")


@pytest.mark.parametrize("extension", ["exe", "dot%00", "..%2f..%2fetc%2fpasswd", "dot.exe", ""])
async def test_an_address_leads_to_formats_only(extension: str, client: httpx.AsyncClient, where: str) -> None:
    answer = await client.get(f"{where}/graph.{extension}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_trace_may_be_so_long_and_no_longer(client: httpx.AsyncClient) -> None:
    answer = await client.post(RENDER, content=b" " * (LIMITS.trace_bytes + 1), headers=JSON)
    assert answer.status_code == 413
    refused = await client.post(RENDER, content=b"{}", headers={"content-type": "text/plain"})
    assert refused.status_code == 415


async def test_what_takes_too_long_is_given_up_and_the_next_is_served(where: str) -> None:
    settings = replace(Settings(page=Path("/nowhere"), database="sqlite://"), render_seconds=0.0, renders=1)
    app = create_app(settings, lesson())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
        for _ in range(2):
            answer = await client.post(RENDER, json=examples.RESPONSE)
            assert (answer.status_code, answer.json()["type"]) == (504, "/problems/too-slow")
        assert (await client.get("/healthz")).status_code == 200
    app.state.workers.stop()


async def test_a_worker_that_dies_is_not_said_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    app = create_app(Settings(page=Path("/nowhere"), database="sqlite://"), lesson())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
        answer = await client.post(RENDER, json=examples.RESPONSE)
    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/rendering-failed")
    app.state.workers.stop()
