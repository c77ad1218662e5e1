"""A failed call's operands are in the trace, however deep in the library it failed."""

from __future__ import annotations

import pytest

from .tracing import trace_of

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def operands(code: str) -> list[tuple[str, list[int]]]:
    """The names and shapes of what the call that ends a run was given."""
    trace = trace_of(HEAD + code)
    assert trace.outcome.error is not None
    tensors = [trace.tensors[each] for each in trace.outcome.error.operands]
    return [("".join(tensor.names), tensor.shape) for tensor in tensors]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a = torch.ones(4, 3)\nb = torch.ones(2, 3)\na @ b", [("a", [4, 3]), ("b", [2, 3])]),
        ("a = torch.ones(4, 3)\nb = torch.ones(4)\na * 2 + b", [("", [4, 3]), ("b", [4])]),
        ("a = torch.ones(2, 3)\nb = torch.ones(3)\ntorch.cat([a, b])", [("a", [2, 3]), ("b", [3])]),
        ("a = torch.ones(2)\nb = torch.ones(3)\nF.mse_loss(input=a, target=b)", [("a", [2]), ("b", [3])]),
        ("a = torch.ones(3)\na.view(2, 2)", [("a", [3])]),
        ("a = torch.ones(3)\na.register_hook(print)", [("a", [3])]),
    ],
)
def test_operands_of_a_failed_call_are_told_in_order(code: str, expected: list[tuple[str, list[int]]]) -> None:
    assert operands(code) == expected


def test_a_layer_that_fails_in_the_middle_of_a_model_tells_its_weights() -> None:
    code = "m = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 1))\nm(torch.ones(2, 3))"
    assert operands(code) == [("", [2, 4]), ("m.2.weight", [1, 5]), ("m.2.bias", [1])]


def test_a_module_that_refuses_by_itself_tells_its_input() -> None:
    assert operands("x = torch.ones(5, 2, 2)\nnn.LSTM(3, 4)(x)") == [("x", [5, 2, 2])]


def test_an_error_of_the_snippet_itself_has_none() -> None:
    assert operands("a = torch.ones(3)\nraise ValueError(a)") == []


def test_what_a_hook_gave_back_is_what_its_error_is_about() -> None:
    code = "x = torch.ones(3, requires_grad=True)\nx.register_hook(lambda g: torch.ones(5))\n(x * 2).sum().backward()"
    trace = trace_of(HEAD + code)
    assert trace.outcome.error is not None
    assert trace.outcome.error.tensor is not None
    assert trace.tensors[trace.outcome.error.tensor].shape == [5]
