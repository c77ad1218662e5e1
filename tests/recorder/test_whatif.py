"""What if a tensor had held other numbers: everything after it, gradients and branches too, follows from those."""

from __future__ import annotations

from typing import Any

from gradwalk.runner import run
from gradwalk.trace.assemble import Assembler
from gradwalk.trace.schema import Cell, Options, Outcome, Override, Trace

from .tracing import events, numbers, op_named

SQUARE = "import torch\nx = torch.tensor([1., 2.], requires_grad=True)\ny = (x * x).sum()\ny.backward()\n"


def what_if(source: str, *overrides: tuple[int, list[float]]) -> Trace:
    """The trace of a run in which ops gave these numbers."""
    options = Options(seed=0, overrides=[Override(op=op, data=data) for op, data in overrides])
    assembler = Assembler([Cell(source=source)], options)
    run([{"source": source, "execution_count": None}], options.model_dump(), assembler.feed)
    return assembler.finish(Outcome(status="ok"))


def gradient(trace: Trace) -> list[Any]:
    [accumulated] = events(trace, "accumulate")
    return numbers(trace, accumulated.result)


def test_other_leaf_gives_its_own_result_and_gradient() -> None:
    trace = what_if(SQUARE, (0, [3.0, -4.0]))
    assert gradient(trace) == [6.0, -8.0]
    root = trace.tensors[op_named(trace, "sum").outputs[0]]
    assert [v.data for v in trace.values if v.storage == root.storage] == [[25.0]]


def test_value_in_the_middle_is_replaced_for_what_comes_after_it() -> None:
    trace = what_if(SQUARE, (1, [10.0, 20.0]))
    root = trace.tensors[op_named(trace, "sum").outputs[0]]
    assert [v.data for v in trace.values if v.storage == root.storage] == [[30.0]]
    assert gradient(trace) == [2.0, 4.0]


def test_other_value_takes_another_branch() -> None:
    branch = "if x > 0:\n    y = x * 2\nelse:\n    y = x * 5\ny.backward()"
    source = f"import torch\nx = torch.tensor(1., requires_grad=True)\n{branch}"
    assert [gradient(what_if(source)), gradient(what_if(source, (0, [-1.0])))] == [[2.0], [5.0]]


def test_random_numbers_can_be_replaced_and_the_next_ones_stay() -> None:
    source = "import torch\na = torch.randn(2)\nb = torch.randn(2)\nprint(b)"
    printed = [what_if(source, *overrides).cells[0].outputs[0].text for overrides in ([], [(0, [7.0, 8.0])])]
    assert printed[0] == printed[1]


def test_size_that_does_not_fit_changes_nothing_and_says_so() -> None:
    trace = what_if(SQUARE, (0, [1.0]))
    assert gradient(trace) == [2.0, 4.0]
    [warning] = events(trace, "warning")
    assert "float32 of shape [2]" in warning.message


def test_view_is_not_replaced_since_its_memory_is_anothers() -> None:
    trace = what_if("import torch\nx = torch.ones(2)\ny = x.view(2, 1)\nprint(x)", (1, [5.0, 6.0]))
    assert trace.cells[0].outputs[0].text == "tensor([1., 1.])\n"
    assert len(events(trace, "warning")) == 1
