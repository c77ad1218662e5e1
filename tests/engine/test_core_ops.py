"""What the compiled core applies gives the tensors and nodes that Python's application gives, and tells the same."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from weakref import ref

import numpy as np
import pytest

from gradwalk.engine import OPS, Op
from gradwalk.engine.compiled import _application
from gradwalk.engine.core import CORE
from gradwalk.engine.described import described
from gradwalk.engine.graph import Node
from gradwalk.engine.observe import Observer, observing
from gradwalk.engine.random import manual_seed
from gradwalk.engine.saved import SavedTensor
from gradwalk.engine.tensor import Tensor, wrap
from tests.engine.level import kept_by

from .samples import SAMPLES

pytestmark = pytest.mark.core

KNOWN = [
    op
    for op in OPS.values()
    if op.operands and not op.takes_list and described(op) is not None
    and "polynomial" not in op.name  # they take as many steps as their degree says
]  # fmt: skip


def both(op: Op) -> list[Callable[..., Any]]:
    """Python's application of an op, and the core's that falls back to it."""
    assert CORE is not None
    description = described(op)
    assert description is not None
    python = _application(op, None)
    return [python, CORE.Application(op=op, otherwise=python, **description)]


class Listener(Observer):
    """Writes down what ops it is told of."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def op_applied(self, op: Any, operands: Any, params: Any, outputs: Any, node: Any) -> None:
        self.told.append((op, [each(x) for x in operands], params, [each(x) for x in outputs], each(node, True)))


def each(x: Any, of_several: bool = False) -> Any:
    """What there is to know of a value, whichever way it was made; of a node perhaps that is of several results, which
    Python does not keep flat."""
    match x:
        case np.ndarray():
            return "array", x.tobytes(), x.shape, x.strides, x.dtype, x.flags.owndata, x.base is None
        case Tensor():
            storage = (type(x._storage), x._storage.version, x._storage.mark, x._storage.base is x._array)
            flags = (x._requires_grad, x._retains_grad, x._output_nr, x._mark, x._view_version, x._base is None)
            return "tensor", type(x), each(x._array), storage, flags, type(x._grad_fn), x._grad is None, vars(x)
        case Node() if x.op is not None:
            edges = [(type(following), nr) for following, nr in x.edges]
            if of_several:
                by_name = {name: kept_as(part, x) for name, part in x.saved.items()}
                return "node", type(x), x.op, edges, by_name, (x.outputs, x.freed, x.hooks, x._metadata, x.mark)
            kept = None if x.kept is None else [each(part) for part in x.kept]
            saved = {name: type(part) for name, part in (x._saved or {}).items()}
            state = (x.outputs, x.freed, x.hooks, x._metadata, x.mark, x._saved is None, saved)
            return "node", type(x), x.op, edges, kept, state
        case Node():
            return "accumulator", x.outputs
        case tuple() | list():
            return [each(part) for part in x]
    return type(x), getattr(x, "version", repr(x))


def kept_as(part: Any, node: Node) -> Any:
    """What there is to know of what a node keeps under a name."""
    if isinstance(part, SavedTensor):
        return type(part), part.version, part.output_nr, part.source is None, each(part.array(node))
    return type(part), repr(getattr(part, "value", part))


def as_floats(kind: Any, x: Any) -> Any:
    return x.astype(kind) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def operands_of(op: Op) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Calls of an op: its samples in both dtypes, other shapes, orders in memory, kinds and numbers."""
    two = [np.array([0.5, 1.5]), np.array([1.5, 0.5])]
    default: list[Any] = [(two[: len(op.operands)], {})]
    samples: list[Any] = [*SAMPLES.get(op.name, ())] or default
    for arrays, params in samples:
        for kind in (np.float32, np.float64):
            yield tuple(map(partial(as_floats, kind), arrays)), params
    params = samples[0][1]
    rng = np.random.default_rng(0)
    shapes = [(), (1,), (4,), (2, 3), (2, 1), (1, 3), (2, 2, 2), (0,), (3, 0)]
    for shape in shapes:
        yield tuple(rng.uniform(0.2, 0.9, shape).astype(np.float32) for _ in op.operands), params
    square = rng.uniform(0.2, 0.9, (3, 3))
    yield (square.T, *(square for _ in op.operands[1:])), params
    yield (square[::2], *(square[1:] for _ in op.operands[1:])), params
    yield tuple(np.arange(1, 4) for _ in op.operands), params
    yield tuple(np.array([0.0, -1.0, np.inf, np.nan, 1e38, 1e-44], np.float32) for _ in op.operands), params
    if len(op.operands) == 2:
        for number in (2, 0.1, 0, -0.0, True, 1e300, float("nan"), float("inf"), 2**60, 10**400, None, "x"):
            yield (np.array([0.5, 2.0], np.float32), number), params
            yield (number, np.array([0.5, 2.0], np.float32)), params
        yield (np.ones(3), np.ones(3, np.float32)), params
        yield (rng.uniform(0.2, 0.9, (2, 3)), rng.uniform(0.2, 0.9, 3)), params
        yield (rng.uniform(0.2, 0.9, (2, 3)), rng.uniform(0.2, 0.9, (4, 2, 3))), params
        yield (rng.uniform(0.2, 0.9, (3, 1)), rng.uniform(0.2, 0.9, 1)), params
        yield (np.ones(3), np.ones(4)), params
        yield (np.ones(3), np.array(0.5)), params


def given_as(operands: tuple[Any, ...], leaves: int) -> list[Any]:
    """Fresh tensors for the arrays and tensors among these; floats require grad where ``leaves`` says so."""
    tensors = []
    for position, x in enumerate(operands):
        if isinstance(x, np.ndarray | Tensor):
            x = wrap(np.array(x._array if isinstance(x, Tensor) else x, order="K"))
            x._requires_grad = x._array.dtype.kind == "f" and bool(leaves >> position & 1)
        tensors.append(x)
    return tensors


def told_of(apply: Callable[..., Any], operands: tuple[Any, ...], params: dict[str, Any], leaves: int) -> Any:
    """What a call gives, where the operands that ``leaves`` says require grad; and what a watcher hears of it."""
    tensors = given_as(operands, leaves)
    manual_seed(0)
    result: Any
    listener = Listener()
    with observing(listener), warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            output = apply(*tensors, **params)
            several = type(output) is tuple
            nodes = [each(one._grad_fn, several) for one in (output if several else [output])]
            result = each(output), nodes
        except Exception as error:
            result = type(error), str(error)
    return result, listener.told, [str(warning.message) for warning in heard]


def test_the_core_knows_the_ops_of_arithmetic() -> None:
    elementwise = ("add", "sub", "mul", "div", "neg", "exp", "log", "tanh", "eq", "lt")
    others = ("dot", "mm", "addmm", "sum", "mean.dim", "t", "view", "detach", "relu", "softmax", "max.dim")
    assert {OPS[name] for name in (*elementwise, *others)} <= {*KNOWN}


@pytest.mark.parametrize("op", KNOWN, ids=lambda op: op.name)
def test_it_applies_an_op_as_python_does(op: Op) -> None:
    python, core = both(op)
    for operands, params in operands_of(op):
        for leaves in range(1 << len(op.operands)):
            assert told_of(core, operands, params, leaves) == told_of(python, operands, params, leaves)


@pytest.mark.parametrize("kind", ["raise", "warn"])
def test_numpy_reports_to_who_asked_for_it_as_before(kind: Any) -> None:
    zeros = np.zeros(3, np.float32)
    for name in ("div", "log", "mul"):
        python, core = both(OPS[name])
        operands = (zeros, np.full(3, np.inf, np.float32))[: len(OPS[name].operands)]
        with np.errstate(all=kind):
            assert told_of(core, operands, {}, 1) == told_of(python, operands, {}, 1)


def test_calls_that_do_not_fit_are_refused_in_pythons_words() -> None:
    python, core = both(OPS["add"])
    x = wrap(np.ones(2))
    for operands, params in (((x,), {}), ((x, x, x), {}), ((x, x), {"beta": 1})):
        errors = []
        for apply in (python, core):
            with pytest.raises(TypeError) as raised:
                apply(*operands, **params)
            errors.append(str(raised.value))
        assert errors[0] == errors[1]


def test_a_view_that_was_written_over_finds_its_history_again() -> None:
    results = []
    for apply in both(OPS["mul"]):
        x = wrap(np.ones(4))
        x._requires_grad = True
        y: Any = OPS["mul"](x, 2)
        part = y[:2]
        y.mul_(3)
        results.append(each(apply(part, part)._grad_fn.edges[0][0]))
    assert results[0] == results[1]
    assert "AsStridedBackward0" in repr(results[1])


def test_an_application_becomes_a_method_as_functions_do() -> None:
    _, core = both(OPS["add"])
    added: Any = type("Added", (Tensor,), {"__module__": "gradwalk.tests", "plus": core})
    x: Any = object.__new__(added)
    other = wrap(np.ones(2))
    for name in Tensor.__slots__[2:]:
        setattr(x, name, getattr(other, name))
    assert x.plus(other)._array.tolist() == [2.0, 2.0]
    assert added.plus(x, other)._array.tolist() == [2.0, 2.0]


def test_parts_that_do_not_fit_make_no_application() -> None:
    assert CORE is not None
    description = described(OPS["mul"])
    assert description is not None
    name, multiply = ("name", None, 0), ("ufunc", np.multiply, 0)
    for wrong in (
        {"operands": 9}, {"operands": 0}, {"tracked": 4}, {"forward": ()}, {"forward": (multiply,)},
        {"forward": [name]}, {"forward": (name, name)}, {"forward": (("name", None, 2),)}, {"forward": (1,)},
        {"forward": (name,) * 13},
        {"forward": (name, ("ufunc", len, 0))}, {"forward": (name, name, ("ufunc", np.matmul, 0))},
        {"saved": (("operand", 2, 0, ""),)}, {"saved": (1,)}, {"saved": (("param", 0, 0, ""),)},
        {"saved": (("fact", 0, 0, 3),)}, {"node_class": int}, {"node_class": None}, {"defaults": (1,)}, {"lies": "so"},
    ):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            CORE.Application(**{"op": OPS["mul"], "otherwise": len, **description, **wrong})


def test_nodes_keep_each_their_own_numbers() -> None:
    _, times = both(OPS["mul"])
    x = wrap(np.ones(2, np.float32))
    x._requires_grad = True
    factors = [2.0, 2.0, 3.0, 2, True, 2.0, x, 2.0]
    nodes = [times(x, factor)._grad_fn for factor in factors]
    assert [node._saved_other is x if factor is x else node._saved_other.item() for node, factor in
            zip(nodes, factors, strict=True)] == [True if factor is x else factor for factor in factors]  # fmt: skip
    assert [node.release() for node in nodes] == [True] * len(nodes)


def test_an_op_holds_nothing_of_what_its_nodes_kept() -> None:
    _, times = both(OPS["mul"])
    x = wrap(np.ones(2, np.float32))
    x._requires_grad = True
    other = wrap(np.ones(2, np.float32))
    other._requires_grad = True
    held = ref(other)
    node = times(x, other)._grad_fn
    assert node._saved_other is other
    del other, node
    assert held() is None


def test_memory_stays_level() -> None:
    x, y = wrap(np.ones(4, np.float32)), wrap(np.ones(4, np.float32))
    x._requires_grad = True
    calls = [
        (core, operands)
        for name in ("add", "mul", "div", "tanh", "lt", "log")
        for _, core in [both(OPS[name])]
        for operands in ([(x, y), (x, 2.5), (x, "x"), (x, wrap(np.ones(3)))] if len(OPS[name].operands) > 1 else [(x,)])
    ]

    def run() -> None:
        for core, operands in calls:
            for _ in range(50):
                with suppress(Exception):
                    core(*operands)

    assert kept_by(run) < 40
