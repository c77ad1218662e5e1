"""Frames of the right shape that say anything at all: the trace that comes of them can be read by every reader."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gradwalk.document.fold import frame_at
from gradwalk.document.references import dangling
from gradwalk.document.schema import Outcome, Trace
from gradwalk.document.stream import LISTS
from gradwalk.document.values import numbers_of
from tests.document.factory import assembler, frames
from tests.document.shaped import frame
from tests.fuzzing import cases


@cases(150)
@given(st.integers(0, 4), st.lists(frame(), min_size=1, max_size=4))
def test_whatever_well_formed_frames_say_the_trace_is_whole(honest: int, sent: list[dict[str, Any]]) -> None:
    parts = assembler()
    for each in [*frames()[:honest], *sent]:
        parts.feed(orjson.dumps(each))
    text = parts.finish(Outcome(status="ok")).model_dump_json()
    trace = Trace.model_validate_json(text)
    assert trace.model_dump_json() == text
    lengths = {name: len(getattr(trace, name)) for name in (*LISTS, "cells")}
    for name in LISTS:
        assert dangling(getattr(trace, name), lengths) is None
    for position in range(len(trace.events) + 1):
        frame_at(trace, position)
    for index in range(len(trace.values)):
        numbers_of(trace, index)
