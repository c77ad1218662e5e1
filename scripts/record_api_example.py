"""Writes the responses that the API's description shows: what example requests really return.

Run it whenever a change of what a run gives is meant; a test fails if the file and a run differ.
"""

from __future__ import annotations

import asyncio

from gradwalk.api.examples import FIRST_GRAPH, LINES_FILE, ONE_PRODUCT, RESPONSE_FILE
from gradwalk.api.streaming import Lines
from gradwalk.document.schema import Options, Trace
from gradwalk.notebook import cells_of
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor


async def first_graph() -> Trace:
    """The trace of the first example request."""
    executor = ForkServerExecutor(slots=1)
    try:
        return await collect(executor, RunRequest(tuple(cells_of(FIRST_GRAPH)), Options()))
    finally:
        await executor.stop()


async def one_product() -> str:
    """A short run as lines."""
    executor = ForkServerExecutor(slots=1)
    request = RunRequest(tuple(cells_of(ONE_PRODUCT)), Options())
    lines = Lines()
    try:
        await executor.start()
        lines.run(request)
        lines.end((await collect(executor, request, taken=lines.frame)).outcome)
    finally:
        await executor.stop()
    return (await lines.next() or b"").decode()


if __name__ == "__main__":
    RESPONSE_FILE.write_text(asyncio.run(first_graph()).model_dump_json(indent=1) + "\n", encoding="utf-8")
    LINES_FILE.write_text(asyncio.run(one_product()), encoding="utf-8")
