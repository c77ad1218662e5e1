"""A trace given out in other forms: one that is kept here, or one that a client holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from gradwalk.api import examples, problems
from gradwalk.api.answers import FRESH, JSON, Traces
from gradwalk.api.body import read_in_time
from gradwalk.api.media import is_json
from gradwalk.api.parameters import ONLY_KNOWN
from gradwalk.api.settings import Settings
from gradwalk.api.traces import BASE, TraceId
from gradwalk.errors import UnsupportedMediaType
from gradwalk.export import FORMATS
from gradwalk.export.look import LARGEST, SMALLEST, Direction, Language, Theme

router = APIRouter(dependencies=[ONLY_KNOWN])

EXTENSIONS: Mapping[str, str] = {
    **{made.suffix.removeprefix("."): name for name, made in reversed(list(FORMATS.items()))},
    **{name: name for name in FORMATS},
}
"""What may stand behind the dot in an address, and the format that it is: suffixes and names."""
_PATTERN = f"^({'|'.join(re.escape(name) for name in sorted(EXTENSIONS))})$"
_FORMS = f"What form: {', '.join(sorted(EXTENSIONS))}."

_WITHOUT_RIGHTS = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; worker-src blob:; sandbox allow-scripts allow-downloads"
)
"""What a document may do that is opened from here by itself: run, but as nobody, and without the network."""


class ListedFormat(BaseModel):
    """A form that a trace is given out in."""

    name: str
    suffix: str
    media_type: str
    about: str
    stepped: bool
    looks: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The step and the look that are asked for."""

    step: int | None
    look: dict[str, Any]

    def words(self, format: str) -> dict[str, Any]:
        """Those that count for ``format``, so that what is the same is made once."""
        made = FORMATS[format]
        looks = {name: value for name, value in self.look.items() if name in made.looks}
        return {"format": format, "step": self.step if made.stepped else None, "look": looks}


def asked(
    step: Annotated[
        int | None,
        Query(ge=-9_999_999, le=9_999_999, description="How many events; -1 is after the last; the whole run without."),
    ] = None,
    theme: Theme = "light",
    direction: Annotated[Direction, Query(description="From top to bottom, or from left to right.")] = "TB",
    language: Language = "en",
    scale: Annotated[float, Query(ge=SMALLEST, le=LARGEST, description="Enlarges a picture.")] = 1.0,
    fold: Annotated[bool, Query(description="Whether loops and scopes are folded.")] = True,
) -> Asked:
    """The parameters of every picture."""
    look = {"theme": theme, "direction": direction, "language": language, "scale": scale, "fold": fold}
    return Asked(step, look)


_PICTURES = {
    "description": "The trace in that form.",
    "content": {
        made.media_type.partition(";")[0]: {"schema": {"type": "object" if "json" in made.media_type else "string"}}
        for made in FORMATS.values()
    },
    "headers": problems.sent("Content-Disposition"),
}  # fmt: skip
_PICTURES["content"]["text/vnd.graphviz"]["examples"] = {"first_graph": {"value": examples.DOT}}  # type: ignore[index]
_PROBLEMS = problems.documented(404, 413, 422, 501, 502, 503, 504)


@router.get("/api/v1/formats", operation_id="formats", summary="The forms that traces are given out in")
async def formats() -> list[ListedFormat]:
    """Each name, and each suffix, may stand behind the dot in `/api/v1/traces/{id}/graph.{format}`."""
    return [
        ListedFormat(
            name=made.name,
            suffix=made.suffix,
            media_type=made.media_type,
            about=made.about,
            stepped=made.stepped,
            looks=sorted(made.looks),
        )
        for made in FORMATS.values()
    ]


@router.get(
    BASE + "/{trace}/graph.{format}",
    operation_id="get_graph",
    summary="A trace that was made lately, as a picture or in another form",
    response_model=None,
    responses={
        200: _PICTURES | {"headers": problems.sent("Content-Disposition", "ETag")},
        304: {"description": "Not modified."},
        **_PROBLEMS,
    },
)
async def get_graph(
    request: Request,
    trace: TraceId,
    format: Annotated[str, Path(pattern=_PATTERN, description=_FORMS, examples=["dot"])],
    wanted: Annotated[Asked, Depends(asked)],
) -> Response:
    """At any step; the same bytes whenever it is asked for."""
    traces: Traces = request.app.state.traces
    kept = await traces.get(trace)
    made = FORMATS[EXTENSIONS[format]]
    headers = {"Cache-Control": FRESH if kept.steady else "no-cache"} | _headers(made.name)
    return await traces.part(request, kept, "draw", wanted.words(made.name), made.media_type, headers)


@router.post(
    "/api/v1/render",
    operation_id="render",
    summary="A trace that you hold, as a picture or in another form",
    response_model=None,
    responses={200: _PICTURES, **problems.documented(400, 408, 415), **_PROBLEMS},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "description": "A trace, as of `/api/v1/schema/trace.json`."},
                    "examples": {"first_graph": {"value": examples.RESPONSE}},
                }
            },
        }
    },
)
async def render(
    request: Request,
    wanted: Annotated[Asked, Depends(asked)],
    format: Annotated[str, Query(pattern=_PATTERN, description=_FORMS, examples=["dot"])] = "dot",
) -> Response:
    """The trace need not come from this server. It is held against the schema, and must refer to itself only."""
    traces: Traces = request.app.state.traces
    settings: Settings = request.app.state.settings
    if not is_json(request.headers.get("content-type", "")):
        raise UnsupportedMediaType("The body must be a trace, sent as application/json.", JSON)
    document = await read_in_time(request, settings.limits.trace_bytes, settings.body_seconds)
    made = FORMATS[EXTENSIONS[format]]
    data = await traces.do(request, "render", document, wanted.words(made.name))
    return Response(data, media_type=made.media_type, headers={"Cache-Control": "no-store"} | _headers(made.name))


def _headers(format: str) -> dict[str, str]:
    """A picture may be opened by itself, but must not act in this site's name."""
    return {
        "Content-Security-Policy": _WITHOUT_RIGHTS,
        "Content-Disposition": f'inline; filename="gradwalk{FORMATS[format].suffix}"',
    }
