"""Cells run in a fork server that was started for them, with a bar on a terminal while it takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gradwalk.cli.progress import RunProgress
from gradwalk.document.schema import Options, Trace
from gradwalk.limits import Limits
from gradwalk.notebook import CellSource
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import Executor, RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.starting import UNREHEARSED, Started
from gradwalk.sandbox.unconfined import UnconfinedExecutor


def trace(
    cells: Sequence[CellSource], seed: int | None, limits: Limits, started: Started | None, *, unsafe: bool
) -> Trace:
    """The trace of ``cells``; where no fork server could be ``started``, they run in a mere child process."""
    executor: Executor = UnconfinedExecutor(limits)
    if started is not None:
        executor = ForkServerExecutor(limits, program=UNREHEARSED, slots=1, unsafe=unsafe, started=started)
    return asyncio.run(_trace(executor, RunRequest(tuple(cells), Options(seed=seed)), limits))


async def _trace(executor: Executor, request: RunRequest, limits: Limits) -> Trace:
    try:
        with RunProgress(len(request.cells)) as progress:
            return await collect(executor, request, limits, taken=progress.take)
    finally:
        await executor.stop()
