"""A few hundred requests while children, fork servers and clients die at random: all end, and nothing stays behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import uvicorn

from gradwalk.api import Settings, create_app
from gradwalk.api.admission import Admission
from gradwalk.limits import MIB
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.sandbox.harness import SAY, program

pytestmark = pytest.mark.anyio

REQUESTS = 300
AT_ONCE = 8
SNIPPETS = (SAY, SAY + "time.sleep(0.02)", "os._exit(3)", "bytearray(10**9)", "os.kill(0, 9)", "while True: emit({})")


class Service:
    """A server on a port of this machine, in this process."""

    def __init__(self) -> None:
        settings = Settings(client_running=2, client_queue=6, running=2)
        self.executor = ForkServerExecutor(settings.limits, program=program(), slots=2, recycle_after=60)
        self.app = create_app(settings, self.executor)
        self.server = uvicorn.Server(uvicorn.Config(self.app, port=0, log_config=None))

    @property
    def url(self) -> str:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/api/v1/traces"

    @property
    def admission(self) -> Admission:
        admission: Admission = self.app.state.admission
        return admission

    def children(self) -> list[int]:
        """The fork server's children, if there is one now."""
        pid = self.executor.fork_server
        with contextlib.suppress(OSError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    running = Service()
    serving = asyncio.create_task(running.server.serve())
    while not running.server.started:
        await asyncio.sleep(0.001)
    yield running
    running.server.should_exit = True
    await serving


async def test_every_request_ends_and_nothing_is_left_behind(service: Service) -> None:
    chance = random.Random(4)
    ends: Counter[str] = Counter()
    await ask(service, 20, chance, Counter())
    of_other_tests = own_children() - {service.executor.fork_server}
    before = descriptors()
    memory = resident_bytes()

    harm = asyncio.create_task(do_harm(service, chance))
    async with asyncio.timeout(120):
        await asyncio.gather(*(ask(service, REQUESTS // AT_ONCE, chance, ends) for _ in range(AT_ONCE)))
    harm.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await harm

    assert ends.total() == REQUESTS // AT_ONCE * AT_ONCE
    assert set(ends) <= {"ok", "killed", "memory", "503", "gave up"}
    assert ends["ok"] > REQUESTS // 10, ends
    assert ends["killed"] > 0
    assert ends["gave up"] > 0

    await ask(service, 1, chance, ends)
    await eventually(lambda: service.admission.running == service.admission.waiting == 0)
    await eventually(lambda: len(service.children()) == service.executor.slots)
    await eventually(lambda: own_children() - of_other_tests == {service.executor.fork_server})
    await eventually(lambda: descriptors() <= before)
    assert resident_bytes() - memory < 48 * MIB


async def ask(service: Service, count: int, chance: random.Random, ends: Counter[str]) -> None:
    """Send requests one after the other, give up on some, and count how they end."""
    async with httpx.AsyncClient(timeout=30) as client:
        for _ in range(count):
            request = asyncio.ensure_future(client.post(service.url, json={"cells": [chance.choice(SNIPPETS)]}))
            if chance.random() < 0.1:
                await asyncio.wait([request], timeout=chance.random() * 0.02)
                request.cancel()
            try:
                answer = await request
            except asyncio.CancelledError:
                ends["gave up"] += 1
                continue
            if answer.status_code == 200:
                ends[answer.json()["outcome"]["status"]] += 1
            else:
                assert answer.headers["content-type"] == "application/problem+json", answer.text
                ends[str(answer.status_code)] += 1


async def do_harm(service: Service, chance: random.Random) -> None:
    """Kill something every now and then."""
    while True:
        await asyncio.sleep(chance.random() * 0.06)
        victims = service.children()
        if chance.random() < 0.03 and service.executor.fork_server is not None:
            victims = [service.executor.fork_server]
        with contextlib.suppress(ProcessLookupError):
            if victims:
                os.kill(chance.choice(victims), signal.SIGKILL)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def own_children() -> set[int | None]:
    return {int(child) for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def eventually(holds: Callable[[], bool]) -> None:
    """Return when ``holds``; fail if that never happens."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.001)
