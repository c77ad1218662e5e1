"""`make bench`, second part: what the sandbox costs; parts may be named: latency, throughput, memory, crowd."""

from __future__ import annotations

import asyncio
import sys

import uvloop

from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.bench.sandbox import crowd, latency, memory, throughput

ALONE = {"latency": latency.measure, "throughput": throughput.measure, "memory": memory.measure}


async def measure(parts: list[str]) -> None:
    """Print the tables."""
    executor = ForkServerExecutor(recycle_after=100_000)
    await executor.start()
    for name, part in ALONE.items():
        if not parts or name in parts:
            await part(executor)
    await executor.stop()
    if not parts or "crowd" in parts:
        await crowd.measure()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # the loop that `gradwalk serve` has
        runner.run(measure(sys.argv[1:]))
