"""Traces: made by running code, and looked up again while they are kept."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any, Literal, NoReturn

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from gradwalk.api import events, examples, problems, reading, running
from gradwalk.api.answers import FRESH, JSON, Traces
from gradwalk.api.body import CLIENT_WENT_AWAY
from gradwalk.api.flights import Flights
from gradwalk.api.negotiate import preferred
from gradwalk.api.parameters import ONLY_KNOWN
from gradwalk.api.settings import Settings
from gradwalk.api.streaming import Lines
from gradwalk.document import lines
from gradwalk.document.parts import FIELDS
from gradwalk.sandbox.identity import PATTERN, trace_id
from gradwalk.store.traces import Kept

router = APIRouter(dependencies=[ONLY_KNOWN])

BASE = "/api/v1/traces"
_NAMES = "|".join(FIELDS)

TraceId = Annotated[str, Path(pattern=PATTERN, description="The trace's name, as `Location` said when it was made.")]
Fields = Annotated[
    str | None,
    Query(
        pattern=rf"^({_NAMES})(,({_NAMES}))*$",
        description=f"Only these fields of the trace, with commas between them: {', '.join(FIELDS)}.",
        examples=["cells,outcome"],
    ),
]
Steps = Annotated[
    str | None,
    Query(
        pattern=r"^(-?[0-9]{1,7})?\.\.(-?[0-9]{1,7})?$",
        description="Only the events from one step to another, `a..b` without the b-th, as Python cuts a list: either "
        "may be left out, negative ones count from the end. The other lists stay whole: positions in them hold.",
        examples=["10..20"],
    ),
]
Level = Annotated[
    Literal["full", "summary"],
    Query(description="`summary`: a few kilobytes about the run instead of all of it; of lines only how far it is."),
]
_DOCUMENTS = ("Trace", "Digest", "PartialTrace")
_ANSWER: dict[str, Any] = {
    "description": "What happened, whatever it was: see `outcome`.",
    "content": {
        JSON: {
            "schema": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in _DOCUMENTS]},
        },
    },
    "headers": problems.sent("ETag"),
}
_STREAMS = {
    lines.MEDIA_TYPE: {
        "schema": {"type": "string", "description": "Lines, each a `Line` as JSON."},
        "examples": {"two_ops": {"value": examples.LINES}},
    },
    events.MEDIA_TYPE: {
        "schema": {"type": "string", "description": "Server-sent events, whose data are a `Line` each."},
        "examples": {"two_ops": {"value": examples.EVENTS}},
    },
}


@router.post(
    BASE,
    operation_id="create_trace",
    summary="Run code and return its trace",
    response_model=None,
    openapi_extra=reading.BODY,
    responses={
        200: _ANSWER | {"content": _ANSWER["content"] | _STREAMS, "headers": problems.sent("ETag", "Location")},
        **problems.documented(400, 408, 413, 415, 422, 502, 503, 504),
    },
)
async def create_trace(
    request: Request,
    seed: Annotated[int | None, Query(ge=0, lt=2**64, description="In the place of `options.seed`.")] = None,
    max_elements: Annotated[
        int | None, Query(ge=1, le=10_000, description="In the place of `options.max_elements`.")
    ] = None,
    fields: Fields = None,
    steps: Steps = None,
    level: Level = "full",
) -> Response:
    """Run the cells in order, as a notebook does, in a process of their own.

    A snippet that raises, runs too long or asks for too much is a result, not an error: the trace holds all that
    happened until then, and `outcome` says why it ended.

    The same code with the same options gives the same bytes. `Location` names the trace; while it is kept, it is
    answered from there, and while it is being made, whoever asks for the same waits for the same run; unless the
    request says `Cache-Control: no-cache`.

    With `Accept: application/x-ndjson` the trace comes line by line while the run goes on (`Line`): `waiting` while
    others come first, `begin`, then a `frame` with what is new and how far the run has come every 20 ms or so, then
    `end`. Where nothing is new for some seconds, `waiting` or `progress` comes, so that no proxy hangs up. Append a
    frame's items to the trace's lists of the same names, and the text of its `outputs` to the outputs of their cells.
    A cell's `status` and a tensor's `names` follow from the events. Hang up to stop the run, which is yours alone.
    `Accept: text/event-stream` gives the same as server-sent events. `fields` and `steps` are not for lines, nor for a
    summary.
    """
    traces: Traces = request.app.state.traces
    settings: Settings = request.app.state.settings
    wanted = await reading.to_run(request, seed, max_elements)
    name = trace_id(wanted, settings.limits)
    headers = {"Location": f"{BASE}/{name}"}
    form = preferred(request.headers.get("accept", ""), (lines.MEDIA_TYPE, events.MEDIA_TYPE), JSON)
    _can_be_cut(level, form, fields=fields, steps=steps)
    if form != JSON:
        spell = events.spelt if form == events.MEDIA_TYPE else lines.spelt
        as_lines = Lines(spell, brief=level == "summary", untaken=request.app.state.untaken)
        return await running.streamed(request, wanted, name, as_lines, form, headers)
    kept = None
    insists = "no-cache" in request.headers.get("cache-control", "")
    if not insists:
        kept = await traces.find(name)
    if kept is None or not kept.steady:
        flights: Flights[running.Ran] = request.app.state.flights
        start = partial(running.run, request, wanted, name)
        ran = await running.while_there(request, start() if insists else flights.join(name, start))
        if ran is None:
            return Response(status_code=CLIENT_WENT_AWAY)
        trace, kept = ran
        request.state.outcome = trace.outcome.status
    return await _told(request, name, kept, fields, steps, level, headers | {"Cache-Control": "no-cache"})


@router.get(
    BASE + "/{trace}",
    operation_id="get_trace",
    summary="A trace that was made lately",
    response_model=None,
    responses={200: _ANSWER, 304: {"description": "Not modified."}, **problems.documented(404, 422, 502, 503, 504)},
)
async def get_trace(
    request: Request, trace: TraceId, fields: Fields = None, steps: Steps = None, level: Level = "full"
) -> Response:
    """Kept in memory, for as long as there is room; what is not kept any more is made again by the same POST."""
    _can_be_cut(level, JSON, fields=fields, steps=steps)
    kept = await request.app.state.traces.get(trace)
    return await _told(request, trace, kept, fields, steps, level, {"Cache-Control": _freshness(kept)})


class KeptRoute(BaseRoute):
    """The same for who wants all of it: FastAPI takes as long over parameters that are not there as all else takes."""

    _path = re.compile(BASE + "/([0-9a-f]{32})")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A trace's own address, and nothing after it."""
        if scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]:
            found = self._path.fullmatch(scope["path"])
            if found is not None:
                return Match.FULL, {"path_params": {"trace": found[1]}}
        return Match.NONE, {}

    def url_path_for(self, name: str, /, **path_params: Any) -> NoReturn:
        """The route that this stands before has the address."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, receive)
        traces: Traces = request.app.state.traces
        kept = await traces.get(request.path_params["trace"])
        response = await traces.whole(request, kept, {"Cache-Control": _freshness(kept)})
        await response(scope, receive, send)


@router.get(
    BASE + "/{trace}/frames/{step}",
    operation_id="get_frame",
    summary="The state of a run after some of its events",
    response_model=None,
    responses={
        200: {
            "description": "What holds then: values, gradients, names, which nodes have run. Keys are positions in the "
            "trace's lists.",
            "content": {
                JSON: {"schema": {"$ref": "#/components/schemas/State"}},
            },
            "headers": problems.sent("ETag"),
        },
        304: {"description": "Not modified."},
        **problems.documented(404, 422, 502, 503, 504),
    },
)
async def get_frame(
    request: Request,
    trace: TraceId,
    step: Annotated[str, Path(pattern="^-?[0-9]{1,7}$", description="How many events; -1 is after the last.")],
) -> Response:
    """A step is a number of events: 0 is before anything has run, -1 is after the last event, -2 before it."""
    traces: Traces = request.app.state.traces
    kept = await traces.get(trace)
    headers = {"Cache-Control": _freshness(kept)}
    return await traces.part(request, kept, "state", {"asked": int(step)}, JSON, headers)


async def _told(
    request: Request,
    name: str,
    kept: Kept,
    fields: str | None,
    steps: str | None,
    level: str,
    headers: dict[str, str],
) -> Response:
    """The trace, or what is wanted of it."""
    traces: Traces = request.app.state.traces
    if level == "summary":
        return await traces.part(request, kept, "digest", {"trace_id": name}, JSON, headers)
    if fields is None and steps is None:
        return await traces.whole(request, kept, headers)
    words = {"fields": None if fields is None else fields.split(","), "steps": _range(steps)}
    return await traces.part(request, kept, "cut", words, JSON, headers)


def _can_be_cut(level: str, form: str, **asked: str | None) -> None:
    """Lines tell all of a run, or how far it has come, and a summary is short: what of them is asked for is refused,
    rather than not heard."""
    if form == JSON and level == "full":
        return
    told = f"{'Lines' if form != JSON else 'A summary'} cannot be had in part: leave this out."
    if wrong := [{"loc": ("query", name), "msg": told} for name, value in asked.items() if value is not None]:
        raise RequestValidationError(wrong)


def _range(steps: str | None) -> tuple[int | None, int | None] | None:
    if steps is None:
        return None
    first, last = (int(part) if part else None for part in steps.split(".."))
    return first, last


def _freshness(kept: Kept) -> str:
    return FRESH if kept.steady else "no-cache"
