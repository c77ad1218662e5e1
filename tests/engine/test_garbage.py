"""What is in a cycle with a graph is garbage that Python finds, and what somebody holds of a graph is not."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from gradwalk.engine.tensor import wrap

from .test_core import printed

CYCLES = """
import gc, warnings, weakref
import gradwalk.torch as torch

warnings.simplefilter("ignore")

def leaf(*shape):
    return torch.ones(*shape or (3,), requires_grad=True)

def through_an_attribute():
    x = leaf()
    x.later = (x * 2 + x * x).exp().sum()
    return x

def through_one_operand_twice():
    x = leaf()
    y = x * x
    x.later = y * y
    return x

def through_what_a_node_keeps():
    x = leaf()
    a = x * 2
    a.later = (a * x).sum()
    return a

def through_a_hook_of_a_node():
    x = leaf()
    y = (x * 2).exp()
    y.grad_fn.register_hook(lambda *cotangents: y)
    return x

def through_a_hook_of_a_tensor():
    x = leaf()
    y = (x * 2).exp()
    x.register_hook(lambda gradient: y)
    return x

def through_metadata():
    x = leaf()
    y = (x * 2).exp()
    y.grad_fn.next_functions[0][0].metadata["later"] = y
    return x

def through_next_functions():
    x = leaf()
    x.later = (x * 2 + x).grad_fn.next_functions
    return x

def through_a_gradient_with_a_history():
    x = leaf()
    (x ** 3).sum().backward(create_graph=True)
    return x

def through_a_write_into_a_view():
    x = leaf()
    y = x * 1
    y[:2].mul_(x[:2])
    x.later = y
    return x

def through_an_op_of_several_results():
    x = leaf(3, 3)
    loss = torch.nn.functional.cross_entropy(x * 1, torch.tensor([0, 1, 2]))
    x.later = loss + x.max(1)[0].sum()
    return x

def through_a_function_of_the_users():
    class Squares(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x
        @staticmethod
        def backward(ctx, grad):
            return grad
    x = leaf()
    x.later = Squares.apply(x * 2) * x
    return x

gc.disable()
for name, make in list(globals().items()):
    if name.startswith("through"):
        gone = weakref.ref(make())
        before = gone() is None
        gc.collect()
        print(name, before, gone() is None)
"""


def test_cycles_through_graphs_are_found() -> None:
    compiled, python = printed(CYCLES)
    assert compiled == python
    found = [line.split()[1:] for line in compiled.splitlines()]
    assert len(found) == 11
    assert all(is_gone == "True" for _, is_gone in found)
    assert sum(before == "False" for before, _ in found) == 11


def leaf() -> Any:
    x: Any = wrap(np.ones(3, np.float32))
    x._requires_grad = True
    return x


@pytest.mark.usefixtures("no_modes")
@pytest.mark.parametrize("name", ["edges", "kept"])
def test_what_somebody_holds_of_a_node_outlives_it(name: str) -> None:
    x = leaf()
    y = (x * 2).exp()
    node = (y * y).grad_fn
    held = getattr(node, name)
    node.metadata["itself"] = node
    del x, y, node
    gc.collect()
    owner = held[0][0] if name == "edges" else held[0].grad_fn
    assert owner.name() == "ExpBackward0"
    assert owner.next_functions[0][0].next_functions[0][0].variable.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.core
def test_of_an_operation_python_looks_at_the_node_alone() -> None:
    x = leaf()
    y = x * x
    node = y.grad_fn
    assert gc.is_tracked(node)
    assert not any(map(gc.is_tracked, (node.edges, *node.edges, node.kept, y._storage)))
    assert gc.is_tracked(node.next_functions)
