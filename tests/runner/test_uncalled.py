"""Methods that are named and not called are shown, and fail, as in PyTorch, which printed what is expected here."""

from __future__ import annotations

import re

import pytest

from tests.runner.test_run import frames_of, outputs_of

GIVEN = "import torch\nx, w = torch.ones(2, 3), torch.nn.Parameter(torch.ones(1))\n"


def printed(source: str) -> str:
    return re.sub(r" at 0x\w+", " at 0x", outputs_of(frames_of(GIVEN + source))[0])


def test_a_method_that_is_built_in_says_so() -> None:
    assert printed("print(x.size, w.item)\nprint(f'{x.T.mean}', [x.numel])") == (
        "<built-in method size of Tensor object at 0x> <built-in method item of Parameter object at 0x>\n"
        "<built-in method mean of Tensor object at 0x> [<built-in method numel of Tensor object at 0x>]\n"
    )


def test_a_method_that_is_written_in_python_shows_its_tensor() -> None:
    assert printed("print(x[0].backward)\nprint(w.split)") == (
        "<bound method Tensor.backward of tensor([1., 1., 1.])>\n"
        "<bound method Tensor.split of Parameter containing:\ntensor([1.], requires_grad=True)>\n"
    )


def test_a_method_in_a_name_can_be_called() -> None:
    source = "f = x.add\nprint(f(1)[0], f == x.add, f.__name__, type(f), f.__self__ is x, list(map(x.size, [0, 1])))"
    assert printed(source) == ("tensor([2., 2., 2.]) True add <class 'builtin_function_or_method'> True [2, 3]\n")


@pytest.mark.parametrize(
    ("expression", "error", "words"),
    [
        ("x.size[0]", "TypeError", "'builtin_function_or_method' object is not subscriptable"),
        ("x.item + 1", "TypeError", "unsupported operand type(s) for +: 'builtin_function_or_method' and 'int'"),
        ("x.mean.foo", "AttributeError", "'builtin_function_or_method' object has no attribute 'foo'"),
        ("torch.tensor[1, 2]", "TypeError", "'builtin_function_or_method' object is not subscriptable"),
        ("torch.exp + 1", "TypeError", "unsupported operand type(s) for +: 'builtin_function_or_method' and 'int'"),
        ("torch.sum.item()", "AttributeError", "'builtin_function_or_method' object has no attribute 'item'"),
        ("range(x.size)", "TypeError", "'builtin_function_or_method' object cannot be interpreted as an integer"),
    ],
)
def test_errors_name_the_type_of_built_in_methods(expression: str, error: str, words: str) -> None:
    told = frames_of(GIVEN + expression)[-1]["outcome"]["error"]
    assert (told["type"], told["message"]) == (error, words)


def test_a_function_that_is_built_in_says_so_where_it_is_shown() -> None:
    assert printed("print(torch.exp, f'{torch.randn}')\nprint(torch.nn.functional.relu)") == (
        "<built-in method exp of type object at 0x> <built-in method randn of type object at 0x>\n"
        "<function relu at 0x>\n"
    )


def test_a_function_that_is_handed_on_stays_itself() -> None:
    assert printed("f = torch.exp\nprint(f is torch.exp, list(map(torch.exp, [x[0, :1] * 0])))") == (
        "True [tensor([1.])]\n"
    )


def test_what_is_no_method_of_a_tensor_stays_what_it_is() -> None:
    source = (
        "class Box:\n    size = 3\n    def item(self): return 4\nb = Box()\n"
        "print(b.size, b.item(), type(b.item).__name__, x.shape)\nb.size = x.size()\nb.size += (1,)\nprint(b.size)"
    )
    assert printed(source) == "3 4 method torch.Size([2, 3])\ntorch.Size([2, 3, 1])\n"
