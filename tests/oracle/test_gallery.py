"""Every lesson that comes with the page does here what it does in PyTorch, and asks what its run answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gradwalk.document.schema import Trace
from gradwalk.document.values import listing
from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import GALLERY, suite
from tests.oracle.replay import Replayer
from tests.recorder.tracing import trace_of

LESSONS = suite("gallery")
PAIRS = suite("pairs")
CONTENTS = json.loads((GALLERY / "contents.json").read_text(encoding="utf-8"))


def shown_in_pytorch(record: dict[str, Any]) -> str:
    """What a notebook shows under a cell: what it printed, then the value of its last expression."""
    return f"{record.get('stdout', '')}{record.get('text', '')}".rstrip("\n")


def shown_here(trace: Trace, cell: int) -> str:
    outputs = trace.cells[cell].outputs
    return "".join(output.text for output in outputs if output.kind in ("stdout", "echo")).rstrip("\n")


def warned(texts: list[str]) -> list[str]:
    """The beginnings of warnings: PyTorch's go on with places in its own source."""
    return [re.sub(r"^.*Warning: ", "", text).strip()[:60] for text in texts]


def test_contents_list_every_lesson_once() -> None:
    listed = [lesson for topic in CONTENTS for lesson in topic["lessons"]]
    assert sorted(listed) == sorted(LESSONS)


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_has_pytorchs_values_graph_and_order(facade: Replayer, name: str) -> None:
    assert differences(facts("gallery")[name], facade.run(LESSONS[name])) == []


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_shows_what_pytorch_shows(name: str) -> None:
    records = facts("gallery")[name]
    trace = trace_of(*LESSONS[name].cells)
    assert len(records) == len(LESSONS[name].cells), "only a lesson's last cell may raise"
    for cell, record in enumerate(records):
        assert shown_here(trace, cell) == shown_in_pytorch(record)
        warnings = [output.text for output in trace.cells[cell].outputs if output.kind == "warning"]
        assert warned(warnings) == warned(record.get("warnings", []))
    raised = trace.outcome.error
    assert (f"{raised.type}: {raised.message}" if raised else None) == records[-1].get("error")


@pytest.mark.parametrize("name", PAIRS)
def test_both_runs_of_a_pair_do_what_they_do_in_pytorch(facade: Replayer, name: str) -> None:
    assert differences(facts("pairs")[name], facade.run(PAIRS[name])) == []


def gradient_in(trace: Trace, name: str, cell: int) -> list[Any] | None:
    """The gradient that a variable's tensor got last in a cell."""
    spot, found = None, None
    for event in trace.events:
        if event.kind == "cell_begin":
            spot = event.cell
        elif event.kind in ("accumulate", "capture") and spot == cell and name in trace.tensors[event.tensor].names:
            found = event.result if event.kind == "accumulate" else event.contribution
    data = None if found is None else listing(trace, found).data
    return data if isinstance(data, list) else None


@pytest.mark.parametrize("name", LESSONS)
def test_every_question_is_answered_by_the_run(name: str) -> None:
    """A question with choices has a right one; what is to be typed is a gradient that the cell gives the tensor."""
    lesson = json.loads((GALLERY / f"{name}.json").read_text(encoding="utf-8"))
    trace = trace_of(*LESSONS[name].cells)
    assert lesson["questions"]
    for question in lesson["questions"]:
        if "choices" in question:
            assert 0 <= question["right"] < len(question["choices"])
            assert 0 <= question["cell"] < len(trace.cells)
        else:
            assert gradient_in(trace, question["tensor"], question["cell"]) is not None, question["text"]["en"]


@pytest.mark.parametrize("name", LESSONS)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    def texts(value: Any) -> list[dict[str, str]]:
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        if not isinstance(value, dict):
            return []
        return [value] if "en" in value else [text for item in value.values() for text in texts(item)]

    lesson = json.loads((GALLERY / f"{name}.json").read_text(encoding="utf-8"))
    assert all(text.keys() == {"en", "zh"} and all(text.values()) for text in texts(lesson))
