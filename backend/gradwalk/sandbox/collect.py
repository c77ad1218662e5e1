"""One request carried through an executor and put together to a trace: what the API and the command line share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from gradwalk.document.assemble import Assembled, Assembler, Taken
from gradwalk.document.schema import Cell, Trace
from gradwalk.limits import LIMITS, Limits
from gradwalk.sandbox.executor import Ending, Executor, GivesWay, RunRequest
from gradwalk.sandbox.verdict import unknown

_log = logging.getLogger(__name__)
_LONG = 0.01
"""Seconds that no honest frame takes to be checked. A run that sends such waits as long before its next is looked at,
so that whoever else is served has the event loop for half of the time at least."""


async def collect(
    executor: Executor,
    request: RunRequest,
    limits: Limits = LIMITS,
    gives_way: GivesWay | None = None,
    taken: Callable[[Taken], None] | None = None,
    ended: Callable[[Ending], None] | None = None,
) -> Trace:
    """Run ``request`` and return its trace, however it went.

    ``taken`` hears of each frame that goes into it, ``ended`` of what the run took, which is no part of the trace.

    Cancelling this kills the run.
    """
    whole = await assembled(executor, request, limits, gives_way, taken, ended)
    return Trace.model_validate_json(whole.document)


async def assembled(
    executor: Executor,
    request: RunRequest,
    limits: Limits = LIMITS,
    gives_way: GivesWay | None = None,
    taken: Callable[[Taken], None] | None = None,
    ended: Callable[[Ending], None] | None = None,
) -> Assembled:
    """The same for who wants no more than the trace's JSON, which takes a fraction of the time."""
    assembler = Assembler(cells_to_run(request), request.options, limits, taken)
    ending = Ending(unknown())
    async with contextlib.aclosing(executor.run(request, gives_way)) as stream:
        async for part in stream:
            if isinstance(part, Ending):
                ending = part
            else:
                began = time.perf_counter()
                if not assembler.feed(part):
                    _log.warning("a run sent a bad frame: %r", assembler.fault)
                    break
                if (spent := time.perf_counter() - began) > _LONG:
                    await asyncio.sleep(spent)
    if ended is not None:
        ended(ending)
    return assembler.written(ending.outcome)


def cells_to_run(request: RunRequest) -> list[Cell]:
    """The cells as a trace shows them before any has run."""
    return [Cell(source=cell.source, execution_count=cell.execution_count) for cell in request.cells]
