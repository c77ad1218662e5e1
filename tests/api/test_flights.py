"""The same request made twice at once runs once, and nobody is harmed by who leaves."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from gradwalk.api import Settings, create_app
from gradwalk.api.flights import Flights
from gradwalk.errors import SandboxUnavailable, TooBusy
from tests.api.conftest import Connect
from tests.api.fake import FakeExecutor

pytestmark = pytest.mark.anyio

URL = "/api/v1/traces"


class Held(FakeExecutor):
    """Runs that go on until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()
        self.begun = asyncio.Event()

    async def run(self, request: Any, gives_way: Any = None) -> Any:
        """Wait, then send what there is."""
        self.begun.set()
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.abandoned += 1
            raise
        async for part in super().run(request, gives_way):
            yield part


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_same_at_once_runs_once(connect: Connect) -> None:
    executor = Held()
    async with connect(executor) as client, asyncio.timeout(5):
        asked = [asyncio.ensure_future(client.post(URL, json={"source": "x"})) for _ in range(5)]
        asked.append(asyncio.ensure_future(client.post(URL, json={"source": "other"})))
        await executor.begun.wait()
        await settle()
        executor.let_go.set()
        answers = await asyncio.gather(*asked)
    assert [request.cells[0].source for request in executor.requests] == ["x", "other"]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers[:5]}) == 1
    assert answers[5].headers["location"] != answers[0].headers["location"]


async def test_who_insists_on_a_run_has_one(connect: Connect, page: Any) -> None:
    executor = Held()
    transport = httpx.ASGITransport(create_app(Settings(page=page, running=2, client_running=2), executor))
    async with httpx.AsyncClient(transport=transport, base_url="http://gradwalk.test") as client, asyncio.timeout(5):
        asked = [asyncio.ensure_future(client.post(URL, json={"source": "x"}))]
        await executor.begun.wait()
        fresh = {"cache-control": "no-cache"}
        asked.append(asyncio.ensure_future(client.post(URL, json={"source": "x"}, headers=fresh)))
        await settle()
        executor.let_go.set()
        await asyncio.gather(*asked)
    assert len(executor.requests) == 2


class Trips:
    """Starts that wait, and what became of them."""

    def __init__(self) -> None:
        self.flights = Flights[int]()
        self.ends: list[asyncio.Future[int]] = []

    def ask(self) -> asyncio.Task[int]:
        """Somebody asks."""
        return asyncio.ensure_future(self.flights.join("one", self._start))

    async def _start(self) -> int:
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ends.append(end)
        return await end


async def test_the_first_who_leaves_takes_nobody_along() -> None:
    trips = Trips()
    first, second, third = trips.ask(), trips.ask(), trips.ask()
    await settle()
    first.cancel()
    await settle()
    trips.ends[0].set_result(7)
    assert (await second, await third) == (7, 7)
    assert first.cancelled()
    assert len(trips.flights) == 0


async def test_the_last_who_leaves_ends_it_and_the_next_begins_anew() -> None:
    trips = Trips()
    first, second = trips.ask(), trips.ask()
    await settle()
    for task in (first, second):
        task.cancel()
    await asyncio.wait((first, second))
    third = trips.ask()  # before the cancelled run has come to its end
    await settle()
    assert trips.ends[0].cancelled()
    trips.ends[1].set_result(8)
    assert await third == 8
    assert len(trips.flights) == 0


async def test_what_goes_wrong_goes_wrong_for_all_and_is_not_kept() -> None:
    trips = Trips()
    asked = [trips.ask(), trips.ask()]
    await settle()
    trips.ends[0].set_exception(SandboxUnavailable("Not now."))
    for task in asked:
        with pytest.raises(SandboxUnavailable):
            await task
    again = trips.ask()
    await settle()
    trips.ends[1].set_result(9)
    assert await again == 9


async def test_a_full_queue_is_the_matter_of_who_stood_in_it() -> None:
    trips = Trips()
    first, second = trips.ask(), trips.ask()
    await settle()
    trips.ends[0].set_exception(TooBusy("Too many of your requests wait already.", 1))
    with pytest.raises(TooBusy):
        await first
    await settle()
    trips.ends[1].set_result(10)
    assert await second == 10
