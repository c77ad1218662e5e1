"""Who runs, who waits, who is sent away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from gradwalk.api.admission import Admission
from gradwalk.errors import TooBusy

pytestmark = pytest.mark.anyio


class Clients:
    """Requests that hold their turn until they are told to end, and the order in which they had it."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.began: list[str] = []
        self.aside: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, *names: str) -> None:
        """Each name is a client's letter and a number."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._request(name))
            await settle()

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await settle()

    async def _request(self, name: str) -> None:
        async with self.admission.turn(name[0]) as turn:
            self.began.append(name)
            turn.gives_way.add_done_callback(lambda _: self.aside.append(name))
            await self._ends[name].wait()


async def eventually(holds: Callable[[], bool]) -> None:
    """Return when ``holds``; fail if that never happens."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.001)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_run_than_there_is_room_for_and_the_next_comes_at_once() -> None:
    clients = Clients(Admission(running=2, queue=9, client_running=1, client_queue=2))
    await clients.ask("a1", "b1", "c1")
    assert clients.began == ["a1", "b1"]
    await clients.end("a1")
    assert clients.began == ["a1", "b1", "c1"]
    assert (clients.admission.running, clients.admission.waiting) == (2, 0)


async def test_clients_take_turns_however_much_one_of_them_asks() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=3))
    await clients.ask("a1", "a2", "a3", "a4", "b1", "c1", "b2")
    await clients.end("a1", "a2", "b1", "c1", "a3", "b2", "a4")
    assert clients.began == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_one_client_has_its_share_even_if_nobody_else_is_there() -> None:
    clients = Clients(Admission(running=4, queue=9, client_running=1, client_queue=2))
    await clients.ask("a1", "a2", "b1")
    assert clients.began == ["a1", "b1"]


async def test_a_client_that_asks_too_much_is_sent_away_and_others_are_not() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=2))
    await clients.ask("a1", "a2", "a3", "a4", "b1")
    with pytest.raises(TooBusy, match="of your requests") as sent_away:
        await clients.tasks["a4"]
    assert sent_away.value.retry_after >= 1
    assert not clients.tasks["b1"].done()


async def test_a_full_queue_sends_everybody_away_until_there_is_room() -> None:
    clients = Clients(Admission(running=1, queue=2, client_running=1, client_queue=2))
    await clients.ask("a1", "b1", "c1", "d1")
    with pytest.raises(TooBusy, match="Too many requests"):
        await clients.tasks["d1"]
    await clients.end("a1")
    await clients.ask("d2")
    assert not clients.tasks["d2"].done()


async def test_whoever_leaves_the_queue_or_gives_up_a_run_makes_room() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=2))
    await clients.ask("a1", "b1", "c1")
    for name in ("b1", "a1"):
        clients.tasks[name].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await clients.tasks[name]
    await settle()
    assert clients.began == ["a1", "c1"]
    await clients.end("c1")
    assert (clients.admission.running, clients.admission.waiting) == (0, 0)


async def test_a_turn_that_came_just_as_its_request_was_given_up_is_not_lost() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=2))
    await clients.ask("a1", "b1")
    clients._ends["a1"].set()
    while not clients.tasks["a1"].done():
        await asyncio.sleep(0)
    clients.tasks["b1"].cancel()
    await settle()
    await clients.ask("c1")
    assert clients.began[-1] == "c1"


async def test_a_run_makes_way_for_those_who_wait_when_it_has_had_its_turn() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=2, aside=9, turn_seconds=0.02))
    await clients.ask("a1", "b1", "c1", "a2")
    assert clients.began == ["a1"]
    await eventually(lambda: clients.began == ["a1", "b1", "c1"])
    assert clients.aside == ["a1", "b1"]
    assert (clients.admission.running, clients.admission.aside, clients.admission.waiting) == (3, 2, 1)
    await clients.end("a1")
    await eventually(lambda: clients.began == ["a1", "b1", "c1", "a2"])  # a client's own next run waits for its first
    await clients.end("b1", "c1", "a2")
    assert (clients.admission.running, clients.admission.aside) == (0, 0)


async def test_a_run_keeps_its_core_while_nobody_waits() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=2, aside=9, turn_seconds=0.01))
    await clients.ask("a1")
    await asyncio.sleep(0.05)
    assert clients.aside == []
    await clients.ask("b1")
    assert (clients.began, clients.aside) == (["a1", "b1"], ["a1"])


async def test_no_more_make_way_than_there_is_room_for() -> None:
    clients = Clients(Admission(running=1, queue=9, client_running=1, client_queue=2, aside=1, turn_seconds=0.01))
    await clients.ask("a1", "b1", "c1")
    await eventually(lambda: clients.aside == ["a1"])
    await asyncio.sleep(0.05)  # by then the next has had its turn, too
    assert (clients.began, clients.aside) == (["a1", "b1"], ["a1"])
    await clients.end("a1")
    await eventually(lambda: clients.began == ["a1", "b1", "c1"])
    assert clients.aside == ["a1", "b1"]


async def test_who_waits_is_told_how_many_come_first_whenever_that_changes() -> None:
    admission = Admission(running=1, queue=9, client_running=1, client_queue=3)
    clients = Clients(admission)
    await clients.ask("a1", "a2", "b1")
    told: list[int] = []

    async def wait() -> None:
        async with admission.turn("b", told.append):
            told.append(-1)

    waiting = asyncio.create_task(wait())
    await settle()
    assert told == [2], "a2 and b1"
    await clients.ask("c1")
    assert told == [2, 3], "clients take turns: c1 comes before b's second"
    await clients.end("a1", "a2", "b1", "c1")
    await waiting
    assert told == [2, 3, 2, 1, 0, -1]
