"""The API's addresses: one that runs code, and a few that say what there is."""

from __future__ import annotations

import asyncio
import json
from typing import Literal

from fastapi import APIRouter, Body, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response

from gradwalk import __version__
from gradwalk.api import examples, problems
from gradwalk.api.admission import Admission
from gradwalk.api.body import CLIENT_WENT_AWAY, JsonRoute
from gradwalk.api.listing import Listing
from gradwalk.api.metrics import Metrics
from gradwalk.api.requests import TraceRequest
from gradwalk.api.streaming import Lines, LinesResponse, until_gone, wants_lines
from gradwalk.limits import Limits
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import Ending, Executor
from gradwalk.sandbox.listing import catalogue_json
from gradwalk.sandbox.report import Isolation
from gradwalk.trace import lines
from gradwalk.trace.json_schema import trace_json_schema
from gradwalk.trace.schema import Trace

router = APIRouter(route_class=JsonRoute)


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok"] = "ok"
    version: str
    isolation: Isolation


@router.post(
    "/api/v1/traces",
    operation_id="create_trace",
    summary="Run code and return its trace",
    response_model=None,
    responses={
        200: {
            "description": "What happened, whatever it was: see `outcome`.",
            "model": Trace,
            "content": {
                "application/json": {"examples": {"first_graph": {"value": examples.RESPONSE}}},
                lines.MEDIA_TYPE: {
                    "schema": {"type": "string", "description": "Lines, each a `Line` as JSON."},
                    "examples": {"two_ops": {"value": examples.LINES}},
                },
            },
        },
        **problems.documented(400, 408, 413, 415, 422, 503),
    },
)
async def create_trace(request: Request, asked: TraceRequest = Body(openapi_examples=examples.REQUESTS)) -> Response:  # noqa: B008
    """Run the cells in order, as a notebook does, in a process of their own.

    A snippet that raises, runs too long or asks for too much is a result, not an error: the trace holds all that
    happened until then, and `outcome` says why it ended.

    With `Accept: application/x-ndjson` the trace comes line by line while the run goes on (`Line`): `begin`, then a
    `frame` with what is new and how far the run has come every 20 ms or so, then `end`. Append a frame's items to the
    trace's lists of the same names, and the text of its `outputs` to the outputs of their cells. A cell's `status`
    and a tensor's `names` follow from the events. Hang up to stop the run.
    """
    as_lines = Lines() if wants_lines(request.headers.get("accept", "")) else None
    run = asyncio.ensure_future(_admitted(request, asked, as_lines))
    if as_lines is not None:
        return await _streamed(request, as_lines, run)
    gone = asyncio.ensure_future(until_gone(request))
    try:
        await asyncio.wait((run, gone), return_when=asyncio.FIRST_COMPLETED)
        if not run.done():
            return Response(status_code=CLIENT_WENT_AWAY)
        trace = await run
        request.state.outcome = trace.outcome.status
        return Response(trace.model_dump_json(), media_type="application/json")
    finally:
        gone.cancel()
        run.cancel()


async def _streamed(request: Request, as_lines: Lines, run: asyncio.Task[Trace]) -> Response:
    """The run's lines, once it has begun: what keeps it from that is a problem with a status of its own."""
    run.add_done_callback(lambda _: as_lines.close())
    begun = asyncio.ensure_future(as_lines.begun.wait())
    gone = asyncio.ensure_future(until_gone(request))
    goes_on = False
    try:
        await asyncio.wait((run, begun, gone), return_when=asyncio.FIRST_COMPLETED)
        if run.done():
            await run
        goes_on = as_lines.begun.is_set() and not gone.done()
        return LinesResponse(as_lines, run) if goes_on else Response(status_code=CLIENT_WENT_AWAY)
    finally:
        begun.cancel()
        gone.cancel()
        if not goes_on:
            run.cancel()


async def _admitted(request: Request, asked: TraceRequest, as_lines: Lines | None) -> Trace:
    """The run's trace, once it has been this client's turn; what goes into it is told in lines if they are wanted."""
    state = request.app.state
    admission: Admission = state.admission
    executor: Executor = state.executor
    metrics: Metrics = state.metrics
    limits: Limits = state.settings.limits
    wanted = asked.to_run(limits)
    endings: list[Ending] = []
    async with admission.turn(request.client.host if request.client is not None else "") as turn:
        if as_lines is not None:
            as_lines.run(wanted)
        taken = as_lines.frame if as_lines else None
        trace = await collect(executor, wanted, limits, turn.gives_way, taken, endings.append)
    if as_lines is not None:
        as_lines.end(trace.outcome)
    metrics.ran(trace.outcome, *endings)
    return trace


@router.get("/healthz", operation_id="health", summary="Whether the server is well, and how well it isolates")
async def health(request: Request) -> Health:
    """For load balancers and for people."""
    executor: Executor = request.app.state.executor
    return Health(version=__version__, isolation=executor.isolation)


@router.get("/api/v1/limits", operation_id="limits", summary="What one run may use")
async def limits(request: Request) -> Limits:
    """The limits as this server has them."""
    settings_limits: Limits = request.app.state.settings.limits
    return settings_limits


@router.get(
    "/api/v1/ops",
    operation_id="ops",
    summary="Every op with its formulas, and every name of PyTorch's that is here",
    response_class=Response,
    responses={200: {"model": Listing, "content": {"application/json": {}}}, **problems.documented(503)},
)
async def ops() -> Response:
    """Drawn from the ops' declarations and the modules that a snippet can import."""
    return Response(await asyncio.to_thread(catalogue_json), media_type="application/json")


@router.get("/metrics", operation_id="metrics", summary="Counts and times", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """For Prometheus, in its text format."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(), media_type=Metrics.MEDIA_TYPE)


@router.get(
    "/api/v1/schema/trace.json",
    operation_id="trace_schema",
    summary="The JSON Schema of a trace",
    responses={200: {"content": {"application/schema+json": {"schema": {"type": "object"}}}}},
    response_class=Response,
)
async def trace_schema() -> Response:
    """JSON Schema 2020-12; every field is described."""
    return Response(_TRACE_SCHEMA, media_type="application/schema+json")


@router.get(
    "/problems/{name}",
    operation_id="problem",
    summary="What a kind of problem means",
    response_class=PlainTextResponse,
    responses=problems.documented(404),
)
async def problem(name: str) -> str:
    """The page that a problem's `type` leads to."""
    if name not in problems.ALL:
        raise HTTPException(404)
    kind = problems.ALL[name]
    return f"{kind.title} (HTTP {kind.status})\n\n{kind.advice}\n"


def _schema_document() -> bytes:
    dialect = "https://json-schema.org/draft/2020-12/schema"
    # Not orjson: the largest seed does not fit its integers.
    return json.dumps({"$schema": dialect, "$id": "/api/v1/schema/trace.json"} | trace_json_schema()).encode()


_TRACE_SCHEMA = _schema_document()
