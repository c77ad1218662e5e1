"""The frame reader gives the golden frames, and what the lesson's own outputs say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradwalk.document.fold import Fold, frame_at
from gradwalk.document.schema import Trace
from gradwalk.document.values import numbers_of

GOLDEN = Path(__file__).parent.parent / "golden"


def load(name: str) -> Trace:
    return Trace.model_validate_json((GOLDEN / f"{name}.trace.json").read_bytes())


def as_json(data: Any) -> Any:
    return json.loads(json.dumps(data))


NAMES = ["small", "lesson", "training", "second_order", "in_place", "failing", "layers", "runaway"]


@pytest.mark.parametrize("name", NAMES)
def test_frames_equal_the_golden_ones(name: str) -> None:
    trace = load(name)
    golden = json.loads((GOLDEN / f"{name}.frames.json").read_text())
    assert [as_json(frame_at(trace, frame["at"]).json()) for frame in golden] == golden


def test_stepping_a_fold_equals_folding_from_the_start() -> None:
    trace = load("lesson")
    fold = Fold(trace)
    for k, event in enumerate(trace.events):
        assert fold.frame() == frame_at(trace, k)
        fold.apply(event)


def test_the_future_does_not_show() -> None:
    trace = load("lesson")
    k = len(trace.events) // 2
    cut = trace.model_copy(update={"events": trace.events[:k]})
    assert frame_at(trace, k) == frame_at(cut, k)


# What the notebook's cells print for x.grad, by execution count.
X_GRAD = {5: [0, 4, 8, 12], 8: [0, 0, 0, 0], 10: [1, 1, 1, 1], 17: [0, 2, 4, 6], 25: [0, 1, 4, 9], 26: [0, 2, 4, 6]}


@pytest.mark.parametrize(("count", "expected"), X_GRAD.items())
def test_x_grad_after_each_cell_is_what_the_notebook_says(count: int, expected: list[int]) -> None:
    trace = load("lesson")
    cell = next(i for i, cell in enumerate(trace.cells) if cell.execution_count == count)
    end = next(k for k, event in enumerate(trace.events) if event.kind == "cell_end" and event.cell == cell)
    frame = frame_at(trace, end + 1)
    x = frame.globals["x"]
    value = frame.grads[x]
    assert value is not None
    assert numbers_of(trace, value, frame.tensors[x].grad).data == expected


def test_a_backward_pass_leaves_its_nodes_done_and_freed() -> None:
    trace = load("lesson")
    end = next(k for k, event in enumerate(trace.events) if event.kind == "backward_end")
    frame = frame_at(trace, end + 1)
    assert frame.backward is None
    ran = [node for node, state in frame.nodes.items() if state.state == "done" and trace.nodes[node].saved]
    assert ran
    assert all(frame.nodes[node].freed for node in ran)
