"""The graph and the backward pass: long chains, wide fans, ties, shared leaves, freed buffers, nothing left behind."""

from __future__ import annotations

import gc
import heapq
import random
import weakref

import numpy as np
import pytest

from gradwalk.engine import OPS, Tensor, autograd
from gradwalk.engine.graph import Node
from gradwalk.engine.names import missing
from gradwalk.engine.ready_queue import ReadyQueue
from gradwalk.engine.storage import ExchangedStorage
from gradwalk.engine.surface.data import tensor


def scalar(value: float) -> Tensor:
    return tensor(value, requires_grad=True)


def test_chain_of_100_000_ops_runs_backward() -> None:
    x = scalar(1.0)
    y = x
    for _ in range(100_000):
        y = OPS["add"](y, 1.0)
    autograd.backward(y)
    assert x.grad is not None
    assert x.grad.item() == 1.0


def test_doubling_50_times_costs_50_nodes_not_2_to_the_50() -> None:
    x = scalar(1.0)
    y = x
    for _ in range(50):
        y = OPS["add"](y, y)
    autograd.backward(y)
    assert x.grad is not None
    assert x.grad.item() == 2.0**50


def test_ready_queue_gives_the_latest_node_first() -> None:
    nodes = [Node(None, (), {}) for _ in range(200)]
    shuffled = nodes.copy()
    random.Random(0).shuffle(shuffled)
    queue = ReadyQueue()
    for node in shuffled:
        queue.push(node)
    expected = heapq.nlargest(200, (node.sequence_nr for node in nodes))
    assert [queue.pop().sequence_nr for _ in nodes] == expected
    assert not queue.heap


def test_every_use_of_a_leaf_leads_to_the_same_accumulate_grad() -> None:
    x = scalar(3.0)
    product = OPS["mul"](x, x)
    assert product.grad_fn is not None
    (left, _), (right, _) = product.grad_fn.next_functions
    assert left is right


def test_graph_is_gone_with_its_last_reference() -> None:
    x = scalar(2.0)
    y = OPS["exp"](OPS["mul"](x, x))
    assert y.grad_fn is not None
    node = weakref.ref(y.grad_fn)
    gc.disable()
    try:
        del y
        assert node() is None, "result and node hold each other alive"
    finally:
        gc.enable()


def test_leaf_is_gone_with_its_last_reference_though_a_graph_led_to_it() -> None:
    x = scalar(2.0)
    y = OPS["mul"](x, x)
    autograd.backward(y)
    leaf = weakref.ref(x)
    gc.disable()
    try:
        del x, y
        assert leaf() is None, "leaf and AccumulateGrad hold each other alive"
    finally:
        gc.enable()


def test_hook_on_a_leaf_outlasts_the_graphs_that_lead_to_it() -> None:
    x = scalar(2.0)
    met: list[float] = []
    x.register_hook(lambda gradient: met.append(gradient.item()))
    for _ in range(2):
        autograd.backward(OPS["mul"](x, x))
    assert met == [4.0, 4.0]


def test_no_two_nodes_are_shown_at_one_address_though_memory_is_used_again() -> None:
    x = tensor([2.0], requires_grad=True)
    kept = OPS["mul"](x, x).grad_fn
    shown = [repr(OPS["mul"](x, x).grad_fn) for _ in range(50)]
    assert len({*shown, repr(kept)}) == 51
    assert repr(kept) == repr(kept)


def test_error_in_the_middle_of_backward_leaves_the_engine_usable() -> None:
    x = scalar(2.0)
    y = OPS["exp"](x)
    autograd.backward(y)
    with pytest.raises(RuntimeError, match="a second time"):
        autograd.backward(y)
    z = OPS["mul"](x, x)
    assert autograd.grad(z, x)[0].item() == 4.0
    assert z.requires_grad


def test_gradient_arriving_twice_is_not_shared_with_its_neighbours() -> None:
    x, y = scalar(1.0), scalar(1.0)
    autograd.backward(OPS["add"](x, y))
    assert x.grad is not None
    assert y.grad is not None
    assert not np.shares_memory(x.grad._array, y.grad._array)


def test_what_every_op_reads_is_of_classes_without_a_getattr() -> None:
    """Python reads each attribute of an object the slow way if its class has ``__getattr__``."""
    x = scalar(1.0)
    y = OPS["mul"](x, x)
    assert y._grad_fn is not None
    for read in (y, y._grad_fn, y._grad_fn.op, y._storage):
        assert not hasattr(type(read), "__getattr__"), type(read)


def test_names_that_are_missing_say_so_on_tensors_and_on_their_class() -> None:
    way_out = "has no attribute 'crow_indices': Gradwalk does not have it, the nearest it has is"
    with pytest.raises(AttributeError, match=f"^'Tensor' object {way_out}"):
        scalar(1.0).crow_indices
    with pytest.raises(AttributeError, match=f"^type object 'Tensor' {way_out}"):
        getattr(Tensor, "crow_indices")  # noqa: B009 (types know that it is not there)
    assert not hasattr(scalar(1.0), "crow_indices")
    assert "crow_indices" not in dir(scalar(1.0))


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("classes", "there are no compiled classes; write a class in Python"),
        ("float8_e5m2", "short floats are torch.bfloat16 and torch.float16"),
        ("sparse_csr_tensor", "there are no sparse tensors; use torch.tensor"),
    ],
)
def test_a_missing_part_of_pytorch_names_what_takes_its_place(name: str, way_out: str) -> None:
    error = missing("torch", name, f"module 'torch' has no attribute '{name}'", ["mps", "int16"])
    assert str(error) == f"module 'torch' has no attribute '{name}': Gradwalk does not have it, {way_out}."


def test_a_node_shows_what_it_saved_under_pytorchs_names_only() -> None:
    node = scalar(1.0).sum().grad_fn
    assert node._saved_self_sym_sizes == ()
    for name in ("_saved_self_sizes", "_saved_other"):
        with pytest.raises(AttributeError, match=f"^'SumBackward0' object has no attribute '{name}'$"):
            getattr(node, name)


def test_passes_are_plain_again_when_nothing_looks_at_other_memory() -> None:
    before = ExchangedStorage.alive
    x = scalar(1.0)
    y = OPS["mul"](x, x)
    x.data = tensor(3.0)
    assert ExchangedStorage.alive == before + 1
    autograd.backward(y)
    assert x.grad is not None
    assert x.grad.item() == 6.0
    del x, y
    assert ExchangedStorage.alive == before
