"""A worked example for every call of the API: what is asked, and what comes back; a test makes each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from gradwalk import __version__
from gradwalk.api import examples, problems
from gradwalk.api.capacity import Capacity
from gradwalk.api.reading import content_of
from gradwalk.api.settings import Settings
from gradwalk.document.schema import Options
from gradwalk.limits import LIMITS
from gradwalk.notebook import cells_of
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.identity import trace_id
from gradwalk.store.names import name_of

_RUN = RunRequest(tuple(cells_of(examples.FIRST_GRAPH)), Options())
TRACE = trace_id(_RUN, LIMITS)
"""The name of the first example request's trace."""
SNIPPET = name_of(content_of(_RUN))
"""The name of the same code as a snippet."""
_HERE = "http://127.0.0.1:8000/"
_FRAME = f'<iframe src="{_HERE}embed" width="960" height="600" title="Gradwalk" loading="lazy" allowfullscreen '
_EXP = {
    "name": "exp",
    "category": "pointwise",
    "operands": ["self"],
    "params": {},
    "grad_fn": "ExpBackward0",
    "is_view": False,
    "forward": {"text": "self.exp()", "latex": "e^{\\mathrm{self}}"},
    "vjps": [{"argument": "self", "formula": {"text": "grad * result", "latex": "\\overline{r} \\cdot r"}}],
}
_CAPACITY = Capacity.of(Settings(running=4, renders=4, cache_directory=None))
_LESSON = {"id": "first-graph", "topic": "First steps", "title": "A first graph", "watch": "The gradient is 4x."}

PARAMETERS: Mapping[str, Any] = {
    "trace": TRACE,
    "snippet": SNIPPET,
    "step": "5",
    "format": "dot",
    "name": "body-too-large",
    "example": "gradients-accumulate",
    "url": _HERE,
}
"""By name, what stands in an address."""

ANSWERS: Mapping[str, Any] = {
    "create_trace": examples.RESPONSE,
    "get_trace": examples.RESPONSE,
    "get_frame": examples.FRAME,
    "create_snippet": examples.NEW_SNIPPET,
    "get_snippet": {"id": SNIPPET, **orjson.loads(content_of(_RUN))},
    "delete_snippet": {"gone": True},
    "health": {"status": "ok", "version": __version__, "isolation": "full"},
    "limits": {**LIMITS._asdict(), "server": asdict(_CAPACITY)},
    "ops": {"torch_version": "2.13.0", "ops": [_EXP], "names": {"torch": ["exp", "sin"]}},
    "metrics": "# HELP gradwalk_running Runs now.\n# TYPE gradwalk_running gauge\ngradwalk_running 0.0\n",
    "trace_schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Trace", "type": "object"},
    "problem": problems.page("body-too-large"),
    "formats": [
        {
            "name": "txt",
            "suffix": ".txt",
            "media_type": "text/plain; charset=utf-8",
            "about": "The walk in words, a line a step.",
            "stepped": True,
            "looks": ["language"],
        }
    ],
    "examples": [_LESSON],
    "get_example": {**_LESSON, "cells": [{"source": "import torch", "note": ""}]},
    "oembed": {
        "version": "1.0",
        "type": "rich",
        "title": "Gradwalk",
        "provider_name": "Gradwalk",
        "provider_url": _HERE,
        "cache_age": 86_400,
        "width": 960,
        "height": 600,
        "html": _FRAME + 'style="border: 0"></iframe>',
    },
    "open_snippet": f'<!doctype html><meta http-equiv="refresh" content="0; url={_HERE}#code=...">',
}
"""By operation, an answer. In those that stand where a route is, FastAPI leaves out what is null."""


def fill(operation: dict[str, Any]) -> None:
    """Put the examples into an operation's description."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in PARAMETERS and parameter["in"] != "header" and parameter.get("required"):
            parameter["schema"].pop("examples", None)
            parameter["examples"] = {"worked": {"value": PARAMETERS[parameter["name"]]}}
    if (answer := ANSWERS.get(operation["operationId"])) is not None:
        for status in {"200", "201"} & set(operation["responses"]):
            for media_type, content in operation["responses"][status]["content"].items():
                if media_type in ("application/json", "application/schema+json") or "examples" not in content:
                    content["examples"] = {"worked": {"value": answer}}
