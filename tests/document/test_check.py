"""A trace that somebody hands in is taken whole or not at all, and what is wrong with it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradwalk.document.check import checked
from gradwalk.document.schema import Trace
from gradwalk.errors import NotATrace

GOLDEN = (Path(__file__).parent.parent / "golden" / "small.trace.json").read_bytes()


def test_a_trace_is_what_it_says() -> None:
    assert checked(GOLDEN) == Trace.model_validate_json(GOLDEN)


def changed(**fields: Any) -> bytes:
    """The trace with other fields."""
    return json.dumps(json.loads(GOLDEN) | fields).encode()


NESTED = b"[" * 400 + b"]" * 400


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "not a trace"),
        (b"[]", "should be an object"),
        (GOLDEN.replace(b'"spans":', b'"spans":[],"spans":', 1), "an object has 'spans' twice"),
        (b"null", "should be an object"),
        (b'{"spans": []}', "at /generator, Field required"),
        (GOLDEN[:-2], "not a trace"),
        (GOLDEN.replace(b'"spans":', b'"spans":"\xff","a":', 1), "not a trace"),
        (b'{"cells":' + NESTED + b"}", "ecursion"),
        (GOLDEN.replace(b'"spans":', b'"spans":' + NESTED + b',"a":', 1), "ecursion|at /a"),
        (GOLDEN.replace(b'"spans":[', b'"spans":[' + NESTED + b",", 1), "ecursion|spans.0"),
        (changed(surprise=1), "at /surprise"),
        (changed(schema_version=2), "at /schema_version"),
        (changed(spans=None), "spans: Input should be a valid array"),
        (changed(spans=[]), "but there are 0 spans"),
        (changed(spans=[{"cell": 0, "line": "1", "column": 0, "end_line": 1, "end_column": 1}]), "spans.0.line"),
        (changed(outcome={"status": "fine"}), "at /outcome/status"),
        (changed(cells=[]), "but there are 0 cells"),
    ],
)
def test_what_is_no_trace_is_refused_and_why(document: bytes, said: str) -> None:
    with pytest.raises(NotATrace, match=said):
        checked(document)
