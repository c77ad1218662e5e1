"""What if a tensor had held other numbers: everything after it, gradients and branches too, follows from those."""

from __future__ import annotations

from typing import Any

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options, Outcome, Override, Trace
from gradwalk.runner import run

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


def test_layer_takes_other_weights_where_its_initialisation_fills_them() -> None:
    source = "import torch\nm = torch.nn.Linear(2, 1, bias=False)\nm(torch.tensor([[3., 4.]])).sum().backward()\n"
    plain = what_if(source)
    fill = plain.ops.index(op_named(plain, "uniform_"))
    trace = what_if(source, (fill, [10.0, 1.0]))
    root = trace.tensors[op_named(trace, "sum").outputs[0]]
    assert [v.data for v in trace.values if v.storage == root.storage] == [[34.0]]
    assert events(trace, "warning") == []
    # What is on record of the write is what came of it.
    weight = trace.tensors[op_named(trace, "Parameter").outputs[0]]
    assert [v.data for v in trace.values if v.storage == weight.storage][-1] == [10.0, 1.0]


def test_element_that_was_set_by_hand_is_varied_with_all_of_its_tensor() -> None:
    source = "import torch\nw = torch.zeros(3)\nw[0] = 5.\nw.requires_grad_()\n(w * w).sum().backward()\n"
    plain = what_if(source)
    setting = plain.ops.index(op_named(plain, "copy_"))
    assert gradient(what_if(source, (setting, [1.0, 2.0, 3.0]))) == [2.0, 4.0, 6.0]


def test_gradient_that_is_added_up_in_place_is_never_taken_for_an_override() -> None:
    source = SQUARE + "z = (x * x).sum()\nz.backward()\nx.grad.zero_()\nw = x.grad * 1\n"
    plain = what_if(source)
    clearing = plain.ops.index(op_named(plain, "zero_"))
    trace = what_if(source, (clearing, [7.0, 8.0]))
    assert [numbers(trace, each.result) for each in events(trace, "accumulate")] == [[2.0, 4.0], [4.0, 8.0]]
    last = trace.tensors[trace.ops[-1].outputs[0]]
    assert [v.data for v in trace.values if v.storage == last.storage] == [[7.0, 8.0]]
