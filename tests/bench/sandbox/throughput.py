"""Runs a second on all cores, against the bare fork-per-request ceiling measured just before and after."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time

from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.starting import environment
from tests.bench.sandbox.snippet import sandboxed

ROUNDS = 5
SECONDS = 2.0


async def measure(executor: ForkServerExecutor) -> None:
    """Print both and their ratio, the median of rounds."""
    ratios, ours, runs, forks = [], [], [], []
    before = await ceiling()
    for _ in range(ROUNDS):
        mine = await runs_a_second(executor)
        after = await ceiling()
        highest = (before["runs"] + after["runs"]) / 2
        ratios.append(mine / highest)
        ours.append(mine)
        runs.append(highest)
        forks.append(after["forks"])
        before = after
    print(f"\n{f'{os.cpu_count()} at once, for {ROUNDS} times {SECONDS:g} s':<44}{'a second':>10}")
    print(f"{'  fork and exit, and nothing else':<44}{statistics.median(forks):>10,.0f}")
    print(f"{'  fork, run, exit: the ceiling':<44}{statistics.median(runs):>10,.0f}")
    print(f"{'  through the sandbox, to a trace':<44}{statistics.median(ours):>10,.0f}")
    low, high = min(ratios), max(ratios)
    print(f"{'  of the ceiling (aim: at least 70 %)':<44}{statistics.median(ratios):>10.0%}  ({low:.0%} to {high:.0%})")


async def runs_a_second(executor: ForkServerExecutor) -> float:
    """How many traces there are in that time."""
    until = time.monotonic() + SECONDS
    done = 0

    async def one_after_the_other() -> None:
        nonlocal done
        while time.monotonic() < until:
            await sandboxed(executor)
            done += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(os.cpu_count() or 1)))
    return done / SECONDS


async def ceiling() -> dict[str, float]:
    """What a bare fork server does, in a process of its own."""
    # As in the fork server: one thread for BLAS.
    names = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environment()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.sandbox.ceiling", str(SECONDS), env=names, stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await process.communicate()
    found: dict[str, float] = json.loads(answer)
    return found
