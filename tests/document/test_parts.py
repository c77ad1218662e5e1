"""A part of a trace says what the whole says there, in the same letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradwalk.document import parts
from gradwalk.document.schema import Outcome
from gradwalk.document.stream import LISTS
from tests.document.factory import assembler, frames, value

GOLDEN = Path(__file__).parent.parent / "golden"


def test_all_of_it_is_the_document_itself() -> None:
    assembly = assembler()
    for frame in [*frames()[:3], {"values": [value(1e300, -0.0, 1e-7, "NaN", 2**60)]}, frames()[3]]:
        assert assembly.feed(frame)
    document = assembly.written(Outcome(status="ok")).document
    assert parts.cut(document, None, None) == document


@pytest.mark.parametrize("name", ["small", "training"])
@pytest.mark.parametrize("steps", [(0, 3), (2, None), (None, -4), (-3, None), (5, 5), (None, None), (10**6, None)])
def test_steps_are_those_of_a_list(name: str, steps: tuple[int | None, int | None]) -> None:
    document = (GOLDEN / f"{name}.trace.json").read_bytes()
    whole = json.loads(document)
    assert json.loads(parts.cut(document, None, steps)) == whole | {"events": whole["events"][slice(*steps)]}


@pytest.mark.parametrize("fields", [["ops"], ["outcome", "cells"], list(LISTS), []])
def test_fields_come_in_the_documents_order_and_whole(fields: list[str]) -> None:
    document = (GOLDEN / "training.trace.json").read_bytes()
    whole = json.loads(document)
    found = json.loads(parts.cut(document, fields, (1, 2)))
    assert found == {name: whole[name][1:2] if name == "events" else whole[name] for name in fields}
    assert list(found) == [name for name in parts.FIELDS if name in fields]
