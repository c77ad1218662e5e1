"""Two hundred clients at once, ten of them hostile, against the same without those ten, over HTTP."""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import uvicorn

from gradwalk.api import Settings, create_app
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.bench.sandbox.figures import line, percentile
from tests.bench.sandbox.snippet import SOURCE

HONEST = 190
HOSTILE = 10
REQUESTS = 4
"""Of each honest client, one after the other."""
ROUNDS = 3
HARM = (
    "while True: pass",
    "import time\ntime.sleep(60)",
    "x = [0] * 30_000_000\nwhile True: pass",
    "while True: print('x' * 1000)",
    "import torch\nx = torch.ones(300, 300, requires_grad=True)\nwhile True: x = x @ x",
    "import re\nre.match('(a+)+b', 'a' * 40)",
    "def f(): f()\nwhile True:\n    try: f()\n    except RecursionError: pass",
    "9 ** 9 ** 9",
    "import os\nos.kill(0, 9)",
    "raise ValueError('x' * 10**7)",
)


async def measure() -> None:
    """Print honest clients' times with and without the others, in turn."""
    alone: list[float] = []
    beside: list[float] = []
    ratios: list[float] = []
    ends: Counter[str] = Counter()
    for _ in range(ROUNDS):
        without = await crowd(0, ends)
        with_them = await crowd(HOSTILE, ends)
        ratios.append(percentile(with_them, 0.99) / percentile(without, 0.99))
        alone += without
        beside += with_them
    print(f"\n{f'{HONEST} clients at once, over HTTP':<44}{'p50':>10}{'p99':>10}")
    print(line("  among themselves", alone))
    print(line(f"  with {HOSTILE} hostile ones", beside))
    low, high = min(ratios), max(ratios)
    print(f"{'  p99 times (aim: at most 2)':<44}{'':>10}{statistics.median(ratios):>10.2f}  ({low:.2f} to {high:.2f})")
    print(f"  hostile ends: {', '.join(f'{end} {count}' for end, count in sorted(ends.items()))}")


async def crowd(hostile: int, ends: Counter[str]) -> list[float]:
    """The times of the honest clients' requests."""
    async with server() as port:
        await one(port, 0, SOURCE)
        harm = [asyncio.create_task(harmful(port, number, ends)) for number in range(hostile)]
        times = await asyncio.gather(*(honest(port, HOSTILE + number) for number in range(HONEST)))
        for task in harm:
            task.cancel()
        await asyncio.gather(*harm, return_exceptions=True)
    return list(itertools.chain.from_iterable(times))


async def honest(port: int, number: int) -> list[float]:
    """Ask one thing after the other, as fast as answers come."""
    times = []
    for _ in range(REQUESTS):
        begin = time.perf_counter()
        status = await one(port, number, SOURCE)
        if status != "ok":
            raise RuntimeError(f"an honest client's run ended as {status}")
        times.append(time.perf_counter() - begin)
    return times


async def harmful(port: int, number: int, ends: Counter[str]) -> None:
    """Do harm until told to stop."""
    for source in itertools.cycle(HARM[number:] + HARM[:number]):
        ends[await one(port, number, source)] += 1


async def one(port: int, number: int, source: str) -> str:
    """One request from an address of its own; returns how the run ended."""
    body = json.dumps({"source": source}).encode()
    head = "POST /api/v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    local = (f"127.0.{1 + number // 200}.{1 + number % 200}", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=local)
    try:
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.read()
    finally:
        writer.close()
    status, _, rest = answer.partition(b"\r\n")
    if b" 200 " not in status:
        return status.split()[1].decode()
    outcome = json.loads(rest[rest.rindex(b'"outcome":') + len(b'"outcome":') : -1])
    return str(outcome["status"])


@asynccontextmanager
async def server() -> AsyncGenerator[int]:
    """A server with its usual settings, but for a queue that holds this crowd."""
    settings = replace(Settings(), queue=HONEST + HOSTILE)
    app = create_app(settings, ForkServerExecutor(settings.limits, slots=settings.running))
    serving = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, backlog=512))
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.01)
    yield serving.servers[0].sockets[0].getsockname()[1]
    serving.should_exit = True
    await task
