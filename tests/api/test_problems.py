"""Whatever goes wrong, the answer has one shape, says what to do, and says nothing of the server's inside."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from gradwalk.api import Settings, body, create_app, reading
from gradwalk.api.problems import ALL, Problem
from gradwalk.errors import MalformedBody, SandboxUnavailable
from gradwalk.limits import LIMITS
from tests.api.conftest import Connect
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Fault:
    """A request, and the problem that it has."""

    name: str
    request: dict[str, Any]
    status: int
    type: str
    method: str = "POST"
    url: str = URL
    errors: tuple[str, ...] = ()


FAULTS = [
    Fault("no_json", {"content": b"{", "headers": JSON}, 400, "malformed-body"),
    Fault("empty", {"headers": JSON}, 400, "malformed-body"),
    Fault("nan", {"content": b'{"source": NaN}', "headers": JSON}, 400, "malformed-body"),
    Fault("nested", {"content": b"[" * 100_000, "headers": JSON}, 400, "malformed-body"),
    Fault("said_twice", {"content": b'{"source": "1", "source": "2"}', "headers": JSON}, 400, "malformed-body"),
    Fault("not_utf8", {"content": b'{"source": "\xff"}', "headers": JSON}, 400, "malformed-body"),
    Fault("not_an_object", {"json": [1]}, 422, "invalid-request", errors=("",)),
    Fault("nothing", {"json": {}}, 422, "invalid-request", errors=("",)),
    Fault("both", {"json": {"source": "", "cells": [""]}}, 422, "invalid-request", errors=("",)),
    Fault("no_cells", {"json": {"cells": []}}, 422, "invalid-request", errors=("/cells",)),
    Fault("too_many_cells", {"json": {"cells": [""] * (LIMITS.cells + 1)}}, 422, "invalid-request", errors=("/cells",)),
    Fault("typo", {"json": {"sauce": ""}}, 422, "invalid-request", errors=("/sauce",)),
    Fault("bad_option", {"json": {"source": "", "options": {"max_elements": 0}}}, 422, "invalid-request",
          errors=("/options/max_elements",)),
    Fault("bad_seed", {"json": {"source": "", "options": {"seed": 2**64}}}, 422, "invalid-request",
          errors=("/options/seed",)),
    Fault("bad_notebook", {"json": {"source": '{"nbformat": 3}'}}, 422, "unreadable-notebook"),
    Fault("much_code", {"json": {"source": "x" * (LIMITS.source_bytes + 1)}}, 413, "body-too-large"),
    Fault("much_code_in_few_characters", {"json": {"cells": ["ü" * 20_000] * 2}}, 413, "body-too-large"),
    Fault("huge_body", {"content": b" " * (LIMITS.body_bytes + 1), "headers": JSON}, 413, "body-too-large"),
    Fault("not_json_type", {"content": b"x = 1", "headers": {"content-type": "text/plain"}}, 415,
          "unsupported-media-type"),
    Fault("form", {"data": {"source": "x"}}, 415, "unsupported-media-type"),
    Fault("no_type", {"content": b"{}"}, 415, "unsupported-media-type"),
    Fault("get", {}, 405, "method-not-allowed", method="GET"),
    Fault("post_to_the_page", {}, 405, "method-not-allowed", url="/"),
    Fault("no_such_address", {}, 404, "not-found", method="GET", url="/api/v1/nothing"),
    Fault("post_to_no_address", {}, 404, "not-found", url="/api/v1/trace"),
    Fault("post_to_no_name", {}, 404, "not-found", url="/a%00b"),
    Fault("post_to_too_long_a_name", {}, 404, "not-found", url="/" + "a" * 5000),
    Fault("delete_no_file", {}, 404, "not-found", method="DELETE", url="/assets/nothing.js"),
    Fault("post_to_a_file", {}, 405, "method-not-allowed", url="/assets/index-4f2a.js"),
    Fault("no_such_file", {}, 404, "not-found", method="GET", url="/assets/nothing.js"),
    Fault("no_such_problem", {}, 404, "not-found", method="GET", url="/problems/nothing"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_is_answered_by_its_problem(
    fault: Fault, client: httpx.AsyncClient, executor: FakeExecutor
) -> None:
    response = await client.request(fault.method, fault.url, **fault.request)
    problem = shown(response)
    assert (problem.status, problem.type) == (fault.status, f"/problems/{fault.type}")
    assert problem.instance == fault.url
    assert tuple(error.location for error in problem.errors or ()) == fault.errors
    assert executor.requests == [], "nothing is run for a request that is refused"


async def test_a_body_is_refused_as_soon_as_it_is_too_long(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    response = await client.post(URL, content=endless(), headers=JSON)
    assert shown(response).status == 413
    assert sent <= LIMITS.body_bytes + 2 * 65536


async def test_an_object_of_more_fields_than_anybody_means_is_refused_at_once(client: httpx.AsyncClient) -> None:
    fields = {f"a{n}": 0 for n in range(101)}
    for sent in (fields, {"cells": [fields]}):
        response = await client.post(URL, json=sent)
        assert (shown(response).status, shown(response).type) == (400, "/problems/malformed-body")
        assert "101 fields" in shown(response).detail


@pytest.mark.parametrize(
    ("place", "headers"),
    [
        ((reading, "parse_json"), JSON),
        ((reading, "cells_of"), {"content-type": "text/x-python"}),
        ((body, "_unpacked"), JSON | {"content-encoding": "zstd"}),
    ],
    ids=["json", "python", "compressed"],
)
async def test_others_are_served_while_a_long_body_is_read(
    place: tuple[Any, str], headers: dict[str, str], client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, served = threading.Event(), threading.Event()

    def slowly(*_: object) -> Any:
        begun.set()
        assert served.wait(10)
        raise MalformedBody("It has been read.")

    monkeypatch.setattr(*place, slowly)
    long = asyncio.create_task(client.post(URL, content=b" " * 100_000, headers=headers))
    while not begun.is_set():
        await asyncio.sleep(0.001)
    assert (await client.get("/healthz")).status_code == 200
    served.set()
    assert shown(await long).detail == "It has been read."


async def test_a_long_list_of_errors_is_cut(client: httpx.AsyncClient) -> None:
    problem = shown(await client.post(URL, json={"cells": [1] * 100}))
    assert problem.errors is not None
    assert len(problem.errors) == 20
    assert problem.errors[0].location.startswith("/cells/0")


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ([1], ""),
        ({"cells": [1]}, "/cells/0"),
        ({"cells": ["x", {"source": 1}]}, "/cells/1/source"),
        ({"cells": [{"source": "x", "number": 1}]}, "/cells/0/number"),
        ({"cells": {}}, "/cells"),
        ({"source": "", "options": []}, "/options"),
        ({"source": "", "options": {"overrides": [{"op": 0}]}}, "/options/overrides/0/data"),
    ],
)
async def test_what_is_wrong_has_its_place_in_the_body_and_is_said_without_pythons_words(
    body: Any, location: str, client: httpx.AsyncClient
) -> None:
    errors = shown(await client.post(URL, json=body)).errors
    assert errors is not None
    (error,) = errors
    assert error.location == location
    for word in ("dictionary", "instance", "Request", "list", "inputs", "str"):
        assert word not in error.message.split()


async def test_a_form_that_is_not_kept_is_told_in_words(client: httpx.AsyncClient) -> None:
    source = {"source": ""}
    for method, url, given, words in (
        ("POST", f"{URL}?fields=cels", "'cels'", "cells, "),
        ("POST", f"{URL}?steps=1-2", "'1-2'", "10..20"),
        ("GET", f"{URL}/zz", "'zz'", "Location"),
    ):
        problem = shown(await client.request(method, url, json=source if method == "POST" else None))
        assert given in problem.detail
        assert words in problem.detail
        assert "^" not in problem.detail, "no pattern"


async def test_a_sandbox_that_is_not_there_is_worth_another_try(connect: Connect) -> None:
    async with connect(FakeExecutor(ending=SandboxUnavailable("Out of order."))) as client:
        response = await client.post(URL, json={"source": "x"})
    assert shown(response).status == 503
    assert shown(response).detail == "Out of order."
    assert response.headers["retry-after"] == "1"


async def test_a_fault_of_the_server_tells_nothing_of_its_inside(connect: Connect) -> None:
    async with connect(FakeExecutor(ending=KeyError("secret"))) as client:
        response = await client.post(URL, json={"source": "x"})
    assert shown(response).status == 500
    assert "secret" not in response.text
    assert "content-security-policy" in response.headers


async def test_a_fault_of_the_server_is_found_in_the_log_by_the_name_that_its_answer_says(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with connect(FakeExecutor(ending=RuntimeError("what it was"))) as client:
        response = await client.post(URL, json={"source": "x"})
    name = response.headers["x-request-id"]
    told = [record for record in caplog.records if name in record.getMessage()]
    assert [record.name for record in told] == ["gradwalk.api.faults", "gradwalk.api.journal"]
    assert told[0].exc_info is not None
    assert str(told[0].exc_info[1]) == "what it was"


async def test_who_has_a_name_for_a_request_finds_it_again(client: httpx.AsyncClient) -> None:
    answers = [await client.get("/healthz", headers={"x-request-id": name}) for name in ("a-1", "a b", "x" * 65, "")]
    names = [answer.headers["x-request-id"] for answer in answers]
    assert names[0] == "a-1"
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names[1:])
    assert len(set(names)) == 4


async def test_a_server_whose_sandbox_cannot_be_started_is_not_well(
    client: httpx.AsyncClient, executor: FakeExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start() -> None:
        raise SandboxUnavailable("The sandbox keeps dying.")

    assert (await client.get("/healthz")).json()["status"] == "ok"
    monkeypatch.setattr(executor, "start", start)
    response = await client.get("/healthz")
    assert (shown(response).status, shown(response).type) == (503, "/problems/sandbox-unavailable")


async def test_a_method_that_is_not_allowed_says_which_are(client: httpx.AsyncClient) -> None:
    assert (await client.get(URL)).headers["allow"] == "POST"


@pytest.mark.parametrize("name", ALL)
async def test_the_type_of_every_problem_is_a_page(name: str, client: httpx.AsyncClient) -> None:
    response = await client.get(f"/problems/{name}")
    assert response.status_code == 200
    assert response.text.startswith(ALL[name].title)


def shown(response: httpx.Response) -> Problem:
    """The problem in a response, which must be the right type of document and say its own status."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.content, extra="forbid")
    assert problem.status == response.status_code
    assert problem.title
    assert problem.detail
    return problem


def test_every_call_says_which_problems_any_call_may_have_and_which_headers_lead_on() -> None:
    described = create_app(Settings(page=Path("/nowhere"), database="sqlite://"), FakeExecutor()).openapi()
    answers = [call["responses"] for calls in described["paths"].values() for call in calls.values()]
    assert all({"400", "421", "431", "500"} <= answer.keys() for answer in answers)
    for status, header in (("503", "Retry-After"), ("429", "Retry-After"), ("415", "Accept-Post")):
        told = [answer[status]["headers"] for answer in answers if status in answer]
        assert told
        assert all(header in headers for headers in told)


@pytest.mark.parametrize(("url", "taken"), [(URL, "application/json, text/x-python, application/x-ipynb+json"),
                                            ("/api/v1/render", "application/json")])  # fmt: skip
async def test_a_body_of_the_wrong_type_is_told_which_are_taken_there(
    url: str, taken: str, client: httpx.AsyncClient
) -> None:
    answer = await client.post(url, content=b"x", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.headers["accept-post"]) == (415, taken)


async def test_a_slash_too_many_is_told_and_not_redirected_to_an_address_that_a_proxy_may_not_have(
    client: httpx.AsyncClient,
) -> None:
    for method, url in (("GET", "/api/v1/limits/"), ("POST", "/api/v1/traces/"), ("OPTIONS", "/api/v1/ops/")):
        answer = await client.request(method, url)
        assert answer.status_code == 404
        assert "location" not in answer.headers
        assert f"{url[:-1]} has no slash at its end" in answer.json()["detail"]
