"""Memory that a child has for itself, while it waits and while it runs; what it shares with the fork server is free."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.bench.sandbox.snippet import SOURCE
from tests.sandbox.harness import request

_SOON = 1.0


async def measure(executor: ForkServerExecutor) -> None:
    """Print what the kernel says of every child that waits, and of one that has run the snippet and sleeps."""
    await asyncio.sleep(_SOON)
    try:
        waiting = [private(child) for child in children(executor)]
        sleeper = asyncio.create_task(collect(executor, request(f"{SOURCE}\nimport time\ntime.sleep(4)")))
        await asyncio.sleep(_SOON)
        running = max(private(child) for child in children(executor))
        sleeper.cancel()
        server = private(executor.fork_server or 0)
    except PermissionError:
        print("\nmemory: only root may ask the kernel for that of processes that cannot be traced")
        return
    print(f"\n{'memory of its own':<44}{'MiB':>10}")
    print(f"{'  the fork server':<44}{server:>10,.1f}")
    print(f"{'  a child that waits':<44}{statistics.median(waiting):>10,.1f}")
    print(f"{'  a child that has run the snippet':<44}{running:>10,.1f}")


def children(executor: ForkServerExecutor) -> list[int]:
    """The fork server's children."""
    pid = executor.fork_server
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def private(pid: int) -> float:
    """MiB that only this process has."""
    sizes = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(sizes[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024
