"""A run for a request, when its turn has come: whole or in lines, and over when nobody waits for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from gradwalk.api.answers import Traces, client_of
from gradwalk.api.body import CLIENT_WENT_AWAY
from gradwalk.api.metrics import Metrics
from gradwalk.api.settings import Settings
from gradwalk.api.streaming import Lines, LinesResponse, until_gone
from gradwalk.document.assemble import Assembled
from gradwalk.sandbox.collect import assembled
from gradwalk.sandbox.executor import Ending, RunRequest
from gradwalk.store.traces import Kept

Ran = tuple[Assembled, Kept]
"""A trace, and what is kept of it."""
Result = TypeVar("Result")


async def run(request: Request, wanted: RunRequest, name: str, as_lines: Lines | None = None) -> Ran:
    """The run's trace, once it has been this client's turn; what goes into it is told in lines if they are wanted."""
    state = request.app.state
    metrics: Metrics = state.metrics
    settings: Settings = state.settings
    traces: Traces = state.traces
    endings: list[Ending] = []
    async with state.admission.turn(client_of(request), as_lines.wait if as_lines else None) as turn:
        if as_lines is not None:
            as_lines.run(wanted)
        taken = as_lines.frame if as_lines else None
        trace = await assembled(state.executor, wanted, settings.limits, turn.gives_way, taken, endings.append)
    if as_lines is not None:
        as_lines.end(trace.outcome)
    metrics.ran(trace.outcome, *endings)
    steady = trace.outcome.status in ("ok", "error")
    return trace, await traces.keep(name, trace.document, steady=steady)


async def while_there(request: Request, work: Coroutine[Any, Any, Result]) -> Result | None:
    """What ``work`` gives; None, and it is cancelled, if the client hangs up first."""
    under_way = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(until_gone(request))
    try:
        await asyncio.wait((under_way, gone), return_when=asyncio.FIRST_COMPLETED)
        return await under_way if under_way.done() else None
    finally:
        gone.cancel()
        under_way.cancel()


async def streamed(
    request: Request, wanted: RunRequest, name: str, as_lines: Lines, form: str, headers: dict[str, str]
) -> Response:
    """The run's lines, once it waits or has begun: what keeps it from that is a problem with a status of its own."""
    under_way = asyncio.ensure_future(run(request, wanted, name, as_lines))
    under_way.add_done_callback(lambda _: as_lines.close())
    begun = asyncio.ensure_future(as_lines.begun.wait())
    gone = asyncio.ensure_future(until_gone(request))
    goes_on = False
    try:
        await asyncio.wait((under_way, begun, gone), return_when=asyncio.FIRST_COMPLETED)
        if under_way.done():
            await under_way
        goes_on = as_lines.begun.is_set() and not gone.done()
        if not goes_on:
            return Response(status_code=CLIENT_WENT_AWAY)
        settings: Settings = request.app.state.settings
        return LinesResponse(as_lines, under_way, form, headers, settings.silence_seconds)
    finally:
        begun.cancel()
        gone.cancel()
        if not goes_on:
            under_way.cancel()
