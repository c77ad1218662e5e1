"""What a client wants run, whichever way it is written down: JSON, Python with `# %%`, or a notebook."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request

from gradwalk.api import examples
from gradwalk.api.admission import Admission
from gradwalk.api.answers import client_of
from gradwalk.api.body import parse_json, read_in_time
from gradwalk.api.media import ACCEPTED, Form, is_json, media_type
from gradwalk.api.requests import TraceRequest, within
from gradwalk.api.settings import Settings
from gradwalk.errors import MalformedBody, UnsupportedMediaType
from gradwalk.limits import KIB, LIMITS, Limits
from gradwalk.notebook import cells_of
from gradwalk.sandbox.executor import RunRequest

_SHORT = 64 * KIB
"""A body that is no longer than this is read at once. Others may take a second, beside the event loop: one at a time,
clients in turn."""

_NOTEBOOK = {
    "type": "object",
    "description": "A notebook in format 4, as Jupyter saves it; what is not code is left out.",
    "required": ["cells"],
    "properties": {
        "nbformat": {"const": 4},
        "cells": {
            "type": "array",
            "maxItems": LIMITS.cells,
            "items": {
                "type": "object",
                "required": ["cell_type"],
                "properties": {"cell_type": {"type": "string"}},
                "if": {"properties": {"cell_type": {"const": "code"}}},
                "then": {
                    "required": ["source"],
                    "properties": {
                        "source": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
                    },
                },
            },
        },
    },
}

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/TraceRequest"},
                "examples": examples.REQUESTS,
            },
            "text/x-python": {
                "schema": {"type": "string", "description": "A script in UTF-8; `# %%` begins a cell."},
                "examples": {"script": {"value": examples.SCRIPT}},
            },
            "application/x-ipynb+json": {
                "schema": _NOTEBOOK,
                "examples": {"notebook": {"value": examples.NOTEBOOK}},
            },
        },
    }
}
"""The same for the API's description."""


async def to_run(request: Request, seed: int | None = None, max_elements: int | None = None) -> RunRequest:
    """The run that the body asks for; options given beside it take the place of its own."""
    settings: Settings = request.app.state.settings
    limits = settings.limits
    form = form_of(request.headers.get("content-type", ""))
    most = limits.notebook_bytes if form == "notebook" else limits.body_bytes
    data = await read_in_time(request, most, settings.body_seconds)
    beside = {name: value for name, value in (("seed", seed), ("max_elements", max_elements)) if value is not None}
    if len(data) <= _SHORT:
        return _asked(data, form, limits, beside)
    admission: Admission = request.app.state.reading
    async with admission.turn(client_of(request)):
        return await asyncio.to_thread(_asked, data, form, limits, beside)


def _asked(data: bytes, form: Form, limits: Limits, beside: dict[str, int]) -> RunRequest:
    if form == "json":
        asked = _validated(parse_json(data)).to_run(limits)
        return RunRequest(asked.cells, asked.options.model_copy(update=beside))
    cells = cells_of(_text(data), "body.py" if form == "python" else "body.ipynb")
    return within(limits, RunRequest(tuple(cells), TraceRequest(source="").options.model_copy(update=beside)))


def content_of(asked: RunRequest) -> str:
    """A run's code and options in one form, however they came."""
    cells = [{"source": cell.source, "execution_count": cell.execution_count} for cell in asked.cells]
    return orjson.dumps({"cells": cells, "options": asked.options.model_dump(mode="json")}).decode()


def form_of(content_type: str) -> Form:
    """How a body of this type is read."""
    message = media_type(content_type)
    name = message.get_content_type()
    if name in ("text/x-python", "application/x-python", "text/x-script.python", "application/x-python-code"):
        if (message.get_content_charset() or "utf-8") not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType("Python is taken in UTF-8.", ACCEPTED)
        return "python"
    if name == "application/x-ipynb+json":
        return "notebook"
    if is_json(content_type):
        return "json"
    raise UnsupportedMediaType(f"The body must be of one of these types: {ACCEPTED}.", ACCEPTED)


def _validated(tree: object) -> TraceRequest:
    try:
        return TraceRequest.model_validate(tree)
    except ValidationError as invalid:
        found = [{**error, "loc": ("body", *error["loc"])} for error in invalid.errors()]
        raise RequestValidationError(found) from None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedBody("The body is not text in UTF-8.") from None
