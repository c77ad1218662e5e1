"""One sandbox for a whole module of tests: what one run does to it, the next would feel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gradwalk.document.schema import Trace
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.sandbox.harness import Run, executor, request


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The event loop that the server has."""
    return "asyncio"


@pytest.fixture(scope="module")
async def sandbox() -> AsyncIterator[ForkServerExecutor]:
    """The module's executor."""
    shared = executor()
    await shared.start()
    yield shared
    await shared.stop()


@pytest.fixture
def run(sandbox: ForkServerExecutor) -> Run:
    """Run one cell and have its trace."""

    async def run_one(source: str) -> Trace:
        return await collect(sandbox, request(source))

    return run_one
