"""The API's description (OpenAPI 3.1): FastAPI's, with the documents that routes send as bytes put into it."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from gradwalk.api import problems
from gradwalk.api.requests import TraceRequest
from gradwalk.api.snippets import Deleted, NewSnippet, Snippet
from gradwalk.api.worked import fill
from gradwalk.document.events import Line as EventLine
from gradwalk.document.frame import Frame
from gradwalk.document.lines import Line
from gradwalk.document.parts import Digest
from gradwalk.document.schema import Trace

_SENT: tuple[Any, ...] = (problems.Problem, Trace, Digest, Line, Snippet, NewSnippet, Deleted)
_READ: tuple[Any, ...] = (TraceRequest,)


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of ``app``, made once."""
    if app.openapi_schema is None:
        schema = _whole(
            get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        )
        parts = schema["components"].setdefault("schemas", {})
        # FastAPI's own answer to parameters that are not valid: no route here gives it.
        for unused in ("HTTPValidationError", "ValidationError"):
            parts.pop(unused, None)
        for operation in (call for path in schema["paths"].values() for call in path.values()):
            fill(operation)
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
            anywhere = problems.documented(*problems.ANYWHERE)
            operation["responses"] |= {str(status): answer for status, answer in anywhere.items()}
        parts |= _parts()
        app.openapi_schema = schema
    return app.openapi_schema


def _parts() -> dict[str, Any]:
    """The schemas of all that is sent or read as bytes, by name."""
    adapters = [(model.__name__, "serialization", TypeAdapter(model)) for model in _SENT]
    adapters += [(model.__name__, "validation", TypeAdapter(model)) for model in _READ]
    _, described = TypeAdapter.json_schemas(adapters, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    parts = _by_their_names(_whole(described["$defs"]))
    for name, part in parts.items():
        part["title"] = name.replace("-", "")  # generators of clients name their classes by that
    parts |= _either(parts.pop("TraceRequest"))
    state = TypeAdapter(Frame).json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    parts |= _whole(state.pop("$defs"))
    parts["State"] = {**_whole(state), "title": "State"}
    about = "A trace of which only some fields were asked for; those that are here are whole, but for `events`."
    parts["PartialTrace"] = {**parts["Trace"], "title": "PartialTrace", "description": about, "required": []}
    return parts


def _by_their_names(parts: dict[str, Any]) -> dict[str, Any]:
    """A stream's line and the event of a line of code are both called so, and Pydantic names them by their modules."""
    spelt = json.dumps(parts)
    for model, known in ((Line, "Line"), (EventLine, "LineEvent")):
        spelt = spelt.replace(f"{model.__module__.replace('.', '__')}__Line", known)
    named: dict[str, Any] = json.loads(spelt)
    return named


def _either(request: dict[str, Any]) -> dict[str, Any]:
    """A request as one of two, each with what the other has not: a schema that generators of clients understand."""
    one_of = {}
    for given, absent, name in (("source", "cells", "SourceRequest"), ("cells", "source", "CellsRequest")):
        properties = request["properties"]
        (kind,) = (part for part in properties[given]["anyOf"] if part != {"type": "null"})
        told = {key: value for key, value in properties[given].items() if key in ("description", "title")}
        both = {given: {**told, **kind}, absent: {"type": "null"}, "options": properties["options"]}
        one_of[name] = {**request, "title": name, "properties": both, "required": [given]}
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in one_of]
    return {**one_of, "TraceRequest": {"title": "TraceRequest", "description": request["description"], "oneOf": refs}}


def _whole(tree: Any) -> Any:
    """Bounds as whole numbers again, which FastAPI has made floats of: as such, that of a seed is another one."""
    if isinstance(tree, dict):
        return {name: _whole(part) for name, part in tree.items()}
    if isinstance(tree, list):
        return [_whole(part) for part in tree]
    return int(tree) if isinstance(tree, float) and tree.is_integer() else tree
