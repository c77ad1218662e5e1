"""The clients against a server, and what its problems become."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

import gradwalk
from gradwalk import errors
from gradwalk.api import problems
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
