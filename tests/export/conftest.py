"""Traces to export: the lessons' and the golden ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from lesson_traces import lessons, trace_of

from gradwalk.trace.schema import Trace

GOLDEN = Path(__file__).parent.parent / "golden"


@cache
def lesson_trace(name: str) -> Trace:
    """The trace of a lesson, by its file's name."""
    return trace_of(lessons()[name])


@cache
def golden_trace(name: str) -> Trace:
    """One of ``tests/golden``."""
    return Trace.model_validate(json.loads((GOLDEN / f"{name}.trace.json").read_text(encoding="utf-8")))


@pytest.fixture
def lesson() -> Callable[[str], Trace]:
    """The trace of a lesson, by its file's name."""
    return lesson_trace


@pytest.fixture
def golden() -> Callable[[str], Trace]:
    """A trace of ``tests/golden``, by its name."""
    return golden_trace
