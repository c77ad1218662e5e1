"""The clients against a server, and what its problems become."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

import gradwalk
from gradwalk import errors
from gradwalk.api import problems
from gradwalk.api.examples import LINES
from gradwalk.client.refusals import BY_KIND, TO_BE_TRIED_LATER, ServerRefused, refusal
from gradwalk.limits import LIMITS
from tests.served import served

CODE = "import torch\nx = torch.tensor(3.0, requires_grad=True)\n(x * x).backward()\nx.grad"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server with a sandbox."""
    with served() as address:
        yield address


def test_a_trace_there_is_a_trace_here(server: str) -> None:
    with gradwalk.Client(server) as client:
        walk = client.trace(CODE, seed=1)
        assert client.health()["status"] == "ok"
        assert client.limits() == LIMITS
        assert "mul" in {op["name"] for op in client.ops()["ops"]}
    assert walk.tensors["x"].grad == 6.0  # 2 * 3
    assert walk.to_json() == gradwalk.trace(CODE, seed=1).to_json()


def test_the_same_can_be_awaited(server: str) -> None:
    async def all_at_once() -> list[str]:
        async with gradwalk.AsyncClient(server) as client:
            walks = await asyncio.gather(*(client.trace(f"{k} * {k}") for k in range(3)))
            assert (await client.health())["status"] == "ok"
        return [walk.output for walk in walks]

    assert asyncio.run(all_at_once()) == ["0\n", "1\n", "4\n"]


LONG = """import torch
x = torch.tensor(2.0, requires_grad=True)
y = x
for _ in range(5):
    y = y * x
y.backward()
print(x.grad)
"""


def test_a_run_is_watched_as_it_happens_and_is_the_same_in_the_end(server: str) -> None:
    with gradwalk.Client(server) as client:
        with client.stream(LONG, seed=1) as run:
            with pytest.raises(errors.GradwalkError, match="goes on"):
                assert run.walk
            events = list(run)
        whole = client.trace(LONG, seed=1)
        assert client.find(run.id).to_json() == whole.to_json()
    assert run.walk.to_json() == whole.to_json()
    assert events == whole.document.events
    assert run.progress is not None
    assert run.progress.events == len(events)
    assert whole.tensors["x"].grad == 6 * 2.0**5
    assert run.id == run.walk.id == whole.id == gradwalk.trace(LONG, seed=1).id


def test_who_waits_reads_how_many_come_first(server: str) -> None:
    endless = "import time\nwhile True:\n    time.sleep(0.05)"
    with gradwalk.Client(server) as client, ExitStack() as runs:
        for _ in range(2):  # the server lets two of a client's runs in
            running = runs.enter_context(closing(runs.enter_context(client.stream(endless)).lines()))
            assert next(running).kind == "begin"
        run = runs.enter_context(client.stream("1"))
        waiting = runs.enter_context(closing(run.lines()))
        assert next(waiting).kind == "waiting"
        assert run.ahead == 0


def test_streams_and_snippets_can_be_awaited(server: str) -> None:
    async def all_of_it() -> None:
        async with gradwalk.AsyncClient(server) as client:
            async with client.stream(LONG) as run:
                events = [event async for event in run]
            assert events == run.walk.document.events
            kept = await client.keep(LONG)
            assert (await client.snippet(kept.id)).code == [LONG]
            assert kept.secret is not None
            assert await client.delete(kept.id, kept.secret)
            with pytest.raises(errors.NoSuchSnippet):
                await client.snippet(kept.id)
            assert (await client.find(run.id)).to_json() == run.walk.to_json()

    asyncio.run(all_of_it())


def test_snippets_are_kept_run_and_taken_back(server: str) -> None:
    with gradwalk.Client(server) as client:
        kept = client.keep(["a = 20", "a + 1"], seed=7, key="nobody-guesses-this-key")
        again = client.keep(["a = 20", "a + 1"], seed=7, key="nobody-guesses-this-key")
        assert (again.id, again.secret) == (kept.id, kept.secret)
        assert kept.link == f"{server}/s/{kept.id}"
        snippet = client.snippet(kept.id)
        assert (snippet.code, snippet.options.seed) == (["a = 20", "a + 1"], 7)
        assert client.trace(snippet.code, seed=snippet.options.seed).output == "21\n"
        assert kept.secret is not None
        with pytest.raises(errors.WrongSecret):
            client.delete(kept.id, "x" + kept.secret)
        assert client.delete(kept.id, kept.secret)
        with pytest.raises(errors.NoSuchSnippet):
            client.delete(kept.id, kept.secret)
        with pytest.raises(errors.NoSuchTrace):
            client.find("0" * 32)


def told(*lines: str) -> gradwalk.Client:
    """A client of a server that says just that."""
    headers = {"Location": "/api/v1/traces/x", "content-type": "application/x-ndjson"}
    answer = httpx.Response(200, text="\n".join(lines), headers=headers)
    return gradwalk.Client("http://there", transport=httpx.MockTransport(lambda _: answer))


BEGIN = LINES.splitlines()[0]


@pytest.mark.parametrize("lines", [[BEGIN], ["<html>"], LINES.splitlines()[1:]], ids=["half", "none", "late"])
def test_a_stream_that_is_no_whole_run_is_said_so(lines: list[str]) -> None:
    with told(*lines) as client, client.stream("1") as run, pytest.raises(errors.NoServer, match="there"):
        list(run)


def test_nobody_there_is_said_so() -> None:
    with gradwalk.Client("http://nowhere.invalid") as client, pytest.raises(errors.NoServer, match="nowhere"):
        client.trace("1")


def answer(status: int, json: object = None, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json=json, headers=headers, request=httpx.Request("GET", "http://there/"))


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_problems_become_the_exceptions_that_they_are_made_from(kind: str) -> None:
    made_from = {known.name: error for error, known in problems.KINDS.items()}
    problem = {"type": f"/problems/{kind}", "title": "A title", "status": 400, "detail": "What happened."}
    error = refusal(answer(400, problem))
    assert str(error) == "What happened."
    assert isinstance(error.__cause__, ServerRefused)
    assert error.__cause__.problem == problem
    assert isinstance(error, made_from[kind]) or kind == "unreadable-notebook"


def test_every_kind_of_problem_has_its_exception() -> None:
    assert {kind.name for kind in problems.KINDS.values()} == BY_KIND.keys() | TO_BE_TRIED_LATER.keys()


def test_a_busy_server_says_when_to_try_again() -> None:
    problem = {"type": "/problems/too-busy", "title": "Too busy", "status": 503, "detail": "Later."}
    error = refusal(answer(503, problem, {"Retry-After": "7"}))
    assert isinstance(error, errors.TooBusy)
    assert error.retry_after == 7


def test_other_problems_are_told_as_they_are(server: str) -> None:
    with gradwalk.Client(server) as client, pytest.raises(ServerRefused, match="cells") as refused:
        client.trace([])
    assert refused.value.problem["status"] == 422


def test_who_does_not_answer_as_gradwalk_does_is_no_server() -> None:
    assert isinstance(refusal(httpx.Response(502, text="<html>", request=httpx.Request("GET", "http://there/"))),
                      errors.NoServer)  # fmt: skip
