"""One run at a time: through the sandbox against the same in process, in turn, so that both have the same machine."""

from __future__ import annotations

import asyncio
import statistics
import time

from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.bench.sandbox.figures import line
from tests.bench.sandbox.snippet import in_process, sandboxed

ROUNDS = 300
WARM_UP = 30
PAUSE = 0.01
"""Seconds between runs, in which a spare child takes the place of the one that was used and rehearses; without them
a run adds up to a millisecond more."""


async def measure(executor: ForkServerExecutor) -> None:
    """Print both, and what the sandbox adds."""
    here: list[float] = []
    there: list[float] = []
    for round_ in range(WARM_UP + ROUNDS):
        await asyncio.sleep(PAUSE)
        begin = time.perf_counter()
        in_process()
        middle = time.perf_counter()
        await asyncio.sleep(PAUSE)
        then = time.perf_counter()
        await sandboxed(executor)
        if round_ >= WARM_UP:
            here.append(middle - begin)
            there.append(time.perf_counter() - then)
    print(f"{'one run at a time':<44}{'p50':>10}{'p99':>10}")
    print(line("  in process", here))
    print(line("  through the sandbox", there))
    more = (statistics.median(there) - statistics.median(here)) * 1e3
    print(f"{'  the sandbox adds (aim: at most 2 ms)':<44}{more:>10,.2f}{'':>10}  ms")
