"""Every error as one shape: problem details (RFC 9457), and the one table that says which error is which problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from gradwalk import errors
from gradwalk.api import problem_page
from gradwalk.api.body import CLIENT_WENT_AWAY
from gradwalk.notebook import NotebookError

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20
_MOST_INPUT = 80
_SAID = {
    "extra_forbidden": "There is no such field.",
    "missing": "This field is needed.",
    "model_type": "Give an object.",
    "dict_type": "Give an object.",
    "list_type": "Give an array.",
}
"""What Pydantic would say with Python's words."""


ANYWHERE = (400, 421, 431, 500)
"""How any call may be answered: where it is no HTTP or says not whom it asks, under a name that is not the server's,
with too long a head, where we are at fault."""
_TOLD: dict[int, tuple[str, ...]] = {
    401: ("WWW-Authenticate",),
    415: ("Accept-Post", "Accept-Encoding"),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
"""The headers that say the way out of a problem."""
_HEADERS = {
    "Accept-Encoding": "How a body may be compressed.",
    "Accept-Post": "The types of body that are taken.",
    "Content-Disposition": "A name for the file.",
    "ETag": "A hash of the document: `If-None-Match` with it is answered by 304 while it is the same.",
    "Location": "Where it can be had again.",
    "Retry-After": "Seconds until it is worth while to try again.",
    "WWW-Authenticate": "`Bearer`.",
}


class FieldError(BaseModel):
    """One thing wrong with a request."""

    location: str = Field(
        description="Where in the body, as a JSON Pointer (RFC 6901); of what the address says, its name.",
        examples=["/cells/0"],
    )
    message: str


class Problem(BaseModel):
    """Problem details as of RFC 9457."""

    type: str = Field(description="Address of a page about this kind.", examples=["/problems/invalid-request"])
    title: str = Field(description="The kind of problem, in a few words.", examples=["Invalid request"])
    status: int = Field(description="The HTTP status again.", examples=[422])
    detail: str = Field(description="This occurrence of it, in one sentence.")
    instance: str = Field(description="The path that was asked for.", examples=["/api/v1/traces"])
    errors: list[FieldError] | None = Field(default=None, description="What is wrong, part by part.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem, and what to do about it."""

    name: str
    status: int
    advice: str

    @property
    def title(self) -> str:
        """The name as a person reads it."""
        return self.name.replace("-", " ").capitalize()


INVALID = Kind("invalid-request", 422, "The request was read, but is not what this call takes: see `errors`.")
HEAD_TOO_LONG = Kind("head-too-long", 431, "Say less in the address and the headers: code belongs in the body.")
INTERNAL = Kind("internal-error", 500, "A fault in Gradwalk itself, not in the request. Please report it.")
OTHER: dict[int, Kind] = {
    kind.status: kind
    for kind in (
        Kind("bad-request", 400, "The request could not be read."),
        Kind("not-found", 404, "Nothing has this address; `/api/v1/openapi.json` lists what there is."),
        Kind("method-not-allowed", 405, "This address takes other methods: see the `Allow` header."),
    )
}
KINDS: dict[type[Exception], Kind] = {
    errors.MalformedBody: Kind("malformed-body", 400, "The body must be one JSON document in UTF-8."),
    errors.BodyTooLarge: Kind("body-too-large", 413, "`/api/v1/limits` says how much is taken at once."),
    errors.BodyTooSlow: Kind("body-too-slow", 408, "Send the whole body at once."),
    errors.TooBusy: Kind("too-busy", 503, "Try again after as many seconds as the `Retry-After` header says."),
    errors.UnsupportedMediaType: Kind(
        "unsupported-media-type", 415, "The `Accept-Post` header says which types of body are taken."
    ),
    errors.UnsupportedCoding: Kind(
        "unsupported-coding", 415, "The `Accept-Encoding` header of the answer says how a body may be compressed."
    ),
    errors.NotATrace: Kind("not-a-trace", 422, "`/api/v1/schema/trace.json` says what a trace is."),
    errors.NoSuchTrace: Kind(
        "no-such-trace",
        404,
        "A trace is kept for a while only. POST the same code and options to `/api/v1/traces`: "
        "that makes it again, with the same id on a server of the same version.",
    ),
    errors.NoSuchStep: Kind("no-such-step", 404, "A step is a number of events, from 0 to all; -1 is after the last."),
    errors.NoSuchSnippet: Kind("no-such-snippet", 404, "Nothing is kept under this id, or not any more."),
    errors.SecretMissing: Kind(
        "secret-missing",
        401,
        "A snippet is deleted with the secret that came when it was made: send it as `Authorization: Bearer SECRET`.",
    ),
    errors.WrongSecret: Kind("wrong-secret", 403, "The secret that came when the snippet was made, once, deletes it."),
    errors.NotThisServer: Kind(
        "not-this-server",
        421,
        "Ask under one of the server's own names. Whoever runs it tells it those that can be registered: "
        "`gradwalk serve --name NAME`, or `GRADWALK_NAMES`.",
    ),
    errors.TooManyRequests: Kind(
        "too-many-requests", 429, "Try again after as many seconds as the `Retry-After` header says."
    ),
    errors.StoreUnavailable: Kind("store-unavailable", 503, "Snippets cannot be had at this moment; all else can."),
    errors.NoSuchPage: Kind("no-such-page", 404, "`/oembed` takes links to this server's own page."),
    errors.UnsupportedLink: Kind("unsupported-format", 501, "`/oembed` answers in JSON only."),
    errors.NoSuchLesson: Kind("no-such-example", 404, "`/api/v1/examples` lists the lessons."),
    errors.LinkTooLong: Kind("link-too-long", 413, "So much code does not fit into an address."),
    errors.UnknownFormat: Kind("unknown-format", 404, "`/api/v1/formats` lists the formats."),
    errors.BadLook: Kind("bad-look", 422, "See what the parameters of the call may be."),
    errors.PictureTooLarge: Kind(
        "picture-too-large", 422, "So many nodes are not drawn: take another step, or a format that is text."
    ),
    errors.RendererMissing: Kind("renderer-missing", 501, "This server has nothing that draws; take another format."),
    errors.RenderingTooSlow: Kind("too-slow", 504, "Ask for less: another step, a smaller program, another format."),
    errors.RenderingFailed: Kind("rendering-failed", 502, "What draws failed; ask for less, or take another format."),
    errors.PageNotBuilt: Kind("page-not-built", 404, "`make run` builds the page and serves it."),
    errors.SandboxError: Kind("sandbox-unavailable", 503, "Snippets cannot be run at this moment; try again later."),
    NotebookError: Kind("unreadable-notebook", 422, "`source` looks like a notebook but cannot be read as one."),
}
_EVERY = (INVALID, HEAD_TOO_LONG, INTERNAL, *OTHER.values(), *KINDS.values())
ALL: dict[str, Kind] = {kind.name: kind for kind in _EVERY}


def page(name: str) -> str:
    """What a kind of problem means, and what to do about it."""
    kind = ALL[name]
    return f"{kind.title} (HTTP {kind.status})\n\n{kind.advice}\n"


def install(app: FastAPI) -> None:
    """Have every error that reaches ``app`` answered as a problem."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(errors.GradwalkError, _own)
    app.add_exception_handler(NotebookError, _own)


def respond(
    request: Request,
    kind: Kind,
    detail: str,
    found: Sequence[FieldError] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """One problem as a response; for a browser that opens an address, as a page."""
    if problem_page.may_be(request):
        headers = {**(headers or {}), "Vary": "Accept"}
    if problem_page.is_wanted(request):
        told = problem_page.page(request, kind.title, detail, kind.status)
        return Response(told, kind.status, headers=headers, media_type=problem_page.MEDIA_TYPE)
    # As it was asked for, and not decoded: it is to be an address (RFC 9457, 3.1.5).
    body = written(kind, detail, request.scope["raw_path"].decode("ascii", "replace"), found)
    return Response(body, kind.status, headers=headers, media_type=MEDIA_TYPE)


def written(kind: Kind, detail: str, instance: str, found: Sequence[FieldError] | None = None) -> bytes:
    """One problem as JSON."""
    problem = Problem(
        type=f"/problems/{kind.name}" if kind.name in ALL else "about:blank",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=instance,
        errors=list(found) if found is not None else None,
    )
    return orjson.dumps(problem.model_dump(exclude_none=True))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer with, for its OpenAPI description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        | ({"headers": sent(*told)} if (told := _TOLD.get(status)) else {})
        for status in statuses
    }


def sent(*headers: str) -> dict[str, Any]:
    """What headers an answer has, for its OpenAPI description."""
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in headers}


async def _own(request: Request, error: Exception) -> Response:
    return own(request, error)


def own(request: Request, error: Exception) -> Response:
    """One of Gradwalk's errors as a response."""
    kind = next(kind for cls, kind in KINDS.items() if isinstance(error, cls))
    headers = None
    if kind.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        headers = {"Retry-After": str(getattr(error, "retry_after", 1))}
    elif kind.status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer"}
    elif kind.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        headers = {"Accept-Encoding": "gzip, zstd"}
        if isinstance(error, errors.UnsupportedMediaType):
            headers["Accept-Post"] = error.accepted
    return respond(request, kind, str(error), headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [
        FieldError(location=_pointer(item["loc"]), message=_said(request, item))
        for item in error.errors()[:_MOST_ERRORS]
    ]
    first = found[0]
    return respond(request, INVALID, f"{first.location or 'The body'}: {first.message}", found)


def _said(request: Request, item: dict[str, Any]) -> str:
    """What is wrong with one field; of a form that is not kept, what the parameter is, for few read patterns."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    if item.get("type") != "string_pattern_mismatch" or dependant is None:
        return _SAID.get(item.get("type", ""), str(item["msg"]).removeprefix("Value error, "))
    parameters = [*dependant.path_params, *dependant.query_params, *dependant.header_params]
    about = next((each.field_info for each in parameters if each.alias == item["loc"][-1]), None)
    told = [f"{str(item['input'])[:_MOST_INPUT]!r} does not have the form that is wanted here."]
    if about is not None:
        told += [about.description] if about.description else []
        told += [f"For example: {about.examples[0]}"] if about.examples else []
    return " ".join(told)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = OTHER.get(error.status_code) or Kind(HTTPStatus(error.status_code).phrase, error.status_code, "")
    detail = str(error.detail)
    headers = dict(error.headers or {})
    if kind.status == HTTPStatus.NOT_FOUND:
        detail = f"Nothing is at {request.url.path}{_near(request)}."
    elif kind.status == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.url.path} does not take {request.method}."
        headers = {"Allow": headers.get("Allow", "") if not (methods := _methods(request)) else ", ".join(methods)}
    return respond(request, kind, detail, headers=headers)


def _near(request: Request) -> str:
    """Where else to look."""
    path = request.url.path
    shorter = path.rstrip("/")
    if shorter != path and _methods(request, shorter):
        return f"; {shorter} has no slash at its end"
    return "; /api/v1/openapi.json lists what there is" if path.startswith("/api") else ""


def _methods(request: Request, path: str | None = None) -> list[str]:
    """What this address takes, or one at ``path``: a router names the methods of one of its routes only."""
    scope = request.scope if path is None else {**request.scope, "path": path}
    found = {
        method
        for method in ("DELETE", "GET", "POST")
        for route in request.app.routes
        if route.matches({**scope, "method": method})[0] is Match.FULL
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_WENT_AWAY)


def internal(request: Request) -> Response:
    """A fault that is not the request's, of which nothing is told but in the log."""
    return respond(request, INTERNAL, "The server failed to answer this request.")


def _pointer(location: Sequence[str | int]) -> str:
    if location and location[0] in ("query", "path", "header"):
        return "/".join(map(str, location[1:]))
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location if part != "body"]
    return "".join(f"/{part}" for part in parts)
