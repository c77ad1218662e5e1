"""What else the server serves: its health, its limits, its schema, its own description, and the page."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import jsonschema
import pytest

from gradwalk import __version__
from gradwalk.api import Settings, create_app, examples
from gradwalk.api.listing import Listing
from gradwalk.api.requests import TraceRequest
from gradwalk.document.schema import Trace
from gradwalk.limits import LIMITS
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

ADDRESSES = ["/", "/healthz", "/api/v1/limits", "/api/v1/schema/trace.json", "/api/v1/openapi.json", "/nothing"]


async def test_health_tells_version_and_isolation(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok", "version": __version__, "isolation": "none"}


async def test_limits_are_the_ones_in_force(client: httpx.AsyncClient) -> None:
    told = (await client.get("/api/v1/limits")).json()
    server = told.pop("server")
    assert told == LIMITS._asdict()
    default = Settings()
    assert (server["client_queue"], server["cache_bytes"]) == (default.client_queue, default.cache_bytes)
    assert (server["cache_disk_bytes"], server["snippet_days"]) == (0, None), "nothing on disk, nothing cleared away"


async def test_the_schema_is_json_schema_that_a_trace_fulfils(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/v1/schema/trace.json")
    assert response.headers["content-type"] == "application/schema+json"
    schema = response.json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    trace = (await client.post("/api/v1/traces", json={"source": "x"})).json()
    jsonschema.Draft202012Validator(schema).validate(trace)


async def test_every_route_is_described_with_examples(client: httpx.AsyncClient) -> None:
    described = (await client.get("/api/v1/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        "/api/v1/traces", "/api/v1/traces/{trace}", "/api/v1/traces/{trace}/frames/{step}",
        "/api/v1/traces/{trace}/graph.{format}", "/api/v1/render", "/api/v1/formats", "/api/v1/snippets",
        "/api/v1/snippets/{snippet}", "/api/v1/examples", "/api/v1/examples/{example}",
        "/oembed", "/s/{snippet}", "/healthz", "/api/v1/limits", "/api/v1/schema/trace.json", "/problems/{name}",
        "/metrics", "/api/v1/ops",
    }  # fmt: skip
    create = described["paths"]["/api/v1/traces"]["post"]
    told = {"400", "408", "413", "415", "421", "422", "431", "500", "502", "503", "504"}
    assert set(create["responses"]) == {"200", *told}
    for status in told:
        assert list(create["responses"][status]["content"]) == ["application/problem+json"]
    assert set(create["requestBody"]["content"]["application/json"]["examples"]) == {"first_graph", "cells"}
    assert create["responses"]["200"]["content"]["application/json"]["examples"]["worked"]


async def test_parts_of_the_description_are_called_by_their_names_not_by_a_modules(client: httpx.AsyncClient) -> None:
    parts = (await client.get("/api/v1/openapi.json")).json()["components"]["schemas"]
    assert {name for name in parts if "__" in name or "gradwalk" in name} == set()
    assert parts["LineEvent"]["properties"]["kind"]["const"] == "line"
    assert "oneOf" in parts["Line"]


async def test_every_limit_and_every_option_is_described_in_words(client: httpx.AsyncClient) -> None:
    parts = (await client.get("/api/v1/openapi.json")).json()["components"]["schemas"]
    for name in ("ServerLimits", "Capacity", "Options-Input", "Options-Output"):
        for field, described in parts[name]["properties"].items():
            assert described.get("description"), f"{name}.{field}"


async def test_every_reference_in_the_description_leads_somewhere(client: httpx.AsyncClient) -> None:
    described = (await client.get("/api/v1/openapi.json")).json()
    text = json.dumps(described)
    used = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert used
    assert used <= {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert "HTTPValidationError" not in text


@pytest.mark.parametrize("name", examples.REQUESTS)
async def test_the_examples_can_be_sent_as_they_stand(name: str, client: httpx.AsyncClient) -> None:
    response = await client.post("/api/v1/traces", json=examples.REQUESTS[name]["value"])
    assert response.status_code == 200


def test_the_example_response_is_a_trace() -> None:
    trace = Trace.model_validate(examples.RESPONSE)
    assert trace.outcome.status == "ok"
    assert trace.cells[0].source == examples.FIRST_GRAPH


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(
    address: str, client: httpx.AsyncClient
) -> None:
    headers = (await client.get(address)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert not any("http" in sources or "*" in sources for sources in policy.values())
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
async def test_there_is_no_page_that_loads_scripts_from_elsewhere(address: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(address)).status_code == 404


async def test_the_page_is_at_the_root(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-cache"
    assert "Gradwalk" in response.text


async def test_files_named_by_their_content_are_kept_by_the_browser(client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/index-4f2a.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize("part", ["bytes=0-1", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=999999-"])
async def test_a_file_comes_whole_whatever_part_is_asked_for(part: str, client: httpx.AsyncClient) -> None:
    response = await client.get("/assets/index-4f2a.js", headers={"range": part})
    assert (response.status_code, response.text) == (200, "export {}")
    assert "accept-ranges" not in response.headers


async def test_ops_are_listed_once_for_all_who_ask_at_the_same_time(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []
    under_way = 0

    def listed() -> bytes:
        nonlocal under_way
        under_way += 1
        at_once.append(under_way)
        time.sleep(0.01)
        under_way -= 1
        return b"{}"

    monkeypatch.setattr("gradwalk.api.routes.catalogue_json", listed)
    answers = await asyncio.gather(*(client.get("/api/v1/ops") for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert max(at_once) == 1


@pytest.mark.parametrize("address", ["/../secret", "/%2e%2e/secret", "/assets/../../secret", "/..%2fsecret"])
async def test_nothing_outside_the_page_is_served(address: str, client: httpx.AsyncClient, page: Path) -> None:
    (page.parent / "secret").write_text("secret")
    response = await client.get(address)
    assert response.status_code == 404


async def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    app = create_app(Settings(page=tmp_path / "nothing"), FakeExecutor())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client:
        response = await client.get("/")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/page-not-built"
    assert "make run" in response.json()["detail"]


def test_the_server_process_holds_nothing_that_runs_code() -> None:
    """The trust boundary is the import boundary; the layers contract holds it for imports that are written down."""
    code = """
import sys, gradwalk.api
from gradwalk.cli.app import FUNCTIONS, loaded
list(map(loaded, FUNCTIONS))
print([name for name in sys.modules if name.startswith("gradwalk.")])
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "gradwalk.sandbox.forkserver" in shown
    for part in ("engine", "facade", "runner", "recorder", "sandbox.zygote", "sandbox.child"):
        assert f"gradwalk.{part}" not in shown


def test_the_example_response_is_what_a_run_gives() -> None:
    executor = ForkServerExecutor(slots=1)

    async def first_graph() -> Trace:
        try:
            request = TraceRequest.model_validate(examples.REQUESTS["first_graph"]["value"])
            return await collect(executor, request.to_run(LIMITS))
        finally:
            await executor.stop()

    given = asyncio.run(first_graph()).model_dump(mode="json")
    kept = Trace.model_validate(examples.RESPONSE).model_dump(mode="json")
    assert given == kept, "if the change is meant, run scripts/record_api_example.py"


async def test_ops_are_listed_in_the_shape_that_the_description_of_the_api_gives(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/ops")
    listing = Listing.model_validate_json(answer.content)
    assert listing.torch_version.startswith("2.13")
    [exp] = [op for op in listing.ops if op.name == "exp"]
    assert exp.grad_fn == "ExpBackward0"
    assert exp.vjps[0].formula.text == "grad * result"
    assert "exp_" in listing.names["torch.Tensor"]
