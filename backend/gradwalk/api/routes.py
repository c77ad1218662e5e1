"""The API's addresses that say what there is: limits, ops, schema, problems, health."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response

from gradwalk import __version__
from gradwalk.api import problems
from gradwalk.api.capacity import Capacity, ServerLimits
from gradwalk.api.listing import Listing
from gradwalk.api.metrics import Metrics
from gradwalk.api.parameters import ONLY_KNOWN
from gradwalk.api.settings import Settings
from gradwalk.document.json_schema import trace_json_schema
from gradwalk.sandbox.executor import Executor
from gradwalk.sandbox.listing import catalogue_json
from gradwalk.sandbox.report import Isolation

router = APIRouter()


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok"] = "ok"
    version: str
    isolation: Isolation


@router.get(
    "/healthz",
    operation_id="health",
    summary="Whether the server is well, and how well it isolates",
    responses=problems.documented(503),
)
async def health(request: Request) -> Health:
    """For load balancers and for people. A sandbox that has died is started again; one that cannot be is a problem."""
    executor: Executor = request.app.state.executor
    await executor.start()
    return Health(version=__version__, isolation=executor.isolation)


@router.get(
    "/api/v1/limits",
    operation_id="limits",
    summary="What one run may use, and what one client",
    response_model=ServerLimits,
    dependencies=[ONLY_KNOWN],
)
async def limits(request: Request) -> dict[str, Any]:
    """The limits as this server has them, and the sizes that whoever runs it has chosen."""
    settings: Settings = request.app.state.settings
    return {**settings.limits._asdict(), "server": Capacity.of(settings)}


@router.get(
    "/api/v1/ops",
    operation_id="ops",
    summary="Every op with its formulas, and every name of PyTorch's that is here",
    response_class=Response,
    responses={200: {"model": Listing, "content": {"application/json": {}}}, **problems.documented(503)},
    dependencies=[ONLY_KNOWN],
)
async def ops(request: Request) -> Response:
    """Drawn from the ops' declarations and the modules that a snippet can import."""
    async with request.app.state.listing:  # one process makes it, however many ask before it is there
        listed = await asyncio.to_thread(catalogue_json)
    return Response(listed, media_type="application/json")


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
    dependencies=[ONLY_KNOWN],
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
    return problems.page(name)


def _schema_document() -> bytes:
    dialect = "https://json-schema.org/draft/2020-12/schema"
    # Not orjson: the largest seed does not fit its integers.
    return json.dumps({"$schema": dialect, "$id": "/api/v1/schema/trace.json"} | trace_json_schema()).encode()


_TRACE_SCHEMA = _schema_document()
