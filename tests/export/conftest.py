"""Traces to export: the lessons' and the golden ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import cycle
from pathlib import Path

import pytest
from lesson_traces import lessons, trace_of

from gradwalk.document.schema import Trace

GOLDEN = Path(__file__).parent.parent / "golden"


@cache
def lesson_trace(name: str) -> Trace:
    """The trace of a lesson, by its file's name."""
    return trace_of(lessons()[name])


@cache
def golden_trace(name: str) -> Trace:
    """One of ``tests/golden``."""
    return Trace.model_validate(json.loads((GOLDEN / f"{name}.trace.json").read_text(encoding="utf-8")))


HOSTILE = [
    'say "hi" \\N \\"', "a]]>b</script><script>alert(1)</script>", "&lt;b&gt; &amp;quot; &#34; #quot; #34;",
    "line\none\r\ntwo\ttab", "\u202eright-to-left\u2069 \u0627\u0644", "`|{}[]()<>--> %% end", "\x00\x1b[31m\x85\ufffe",
    "\U0001f600\ud800x", "$\\{x}$ ~ ^ _ * # - + 1.", "<img src=x onerror=alert(1)>", "名字", "--><!--", "'; DROP",
]  # fmt: skip
"""Names that mean something in one of the formats or other."""


def hostile_trace() -> Trace:
    """The small golden trace with every name, label and word in it hostile."""
    document = json.loads((GOLDEN / "layers.trace.json").read_text(encoding="utf-8"))
    names = cycle(HOSTILE)
    for event in document["events"]:
        if event["kind"] == "bind":
            event["name"] = next(names)
    for scope in document["scopes"]:
        scope["label"] = next(names)
    for op in document["ops"]:
        op["params"] = {next(names): next(names)}
        for operand in op["inputs"]:
            if operand["constant"] is not None:
                operand["constant"] = next(names)
    for node in document["nodes"]:
        node["name"] = next(names)
    for cell in document["cells"]:
        lines = cell["source"].split("\n")
        cell["source"] = "\n".join(f"{line} # {next(names)}".replace("\n", " ") for line in lines)
        cell["outputs"] = [{"kind": output["kind"], "text": next(names)} for output in cell["outputs"]]
    return Trace.model_validate(document)


@pytest.fixture
def hostile() -> Trace:
    """A trace whose names are meant to break out of where they stand."""
    return hostile_trace()


@pytest.fixture
def lesson() -> Callable[[str], Trace]:
    """The trace of a lesson, by its file's name."""
    return lesson_trace


@pytest.fixture
def golden() -> Callable[[str], Trace]:
    """A trace of ``tests/golden``, by its name."""
    return golden_trace
