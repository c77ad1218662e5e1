"""What the compiled core writes in place is what Python writes, and it is told of in the same order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import OPS, apply
from gradwalk.engine.apply import apply_in_place
from gradwalk.engine.core import CORE
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.observe import observing
from gradwalk.engine.tensor import Tensor, wrap
from tests.engine.level import kept_by

from .test_core import printed
from .test_core_ops import Listener, each

pytestmark = pytest.mark.core


WRITES = """
import gradwalk.torch as torch
from gradwalk.engine.observe import Observer, observing

class Listener(Observer):
    def op_applied(self, op, operands, params, outputs, node):
        print("applied", op.name, len(operands), params, [x is y for x, y in zip(outputs, operands)], node)
    def about_to_change(self, memory=None):
        print("changes")
    def storage_written(self, storage):
        print("written", storage.version)

class Own(torch.Tensor):
    pass

def add(x, y): x += y; return x
def sub(x, y): x -= y; return x
def mul(x, y): x *= y; return x
def div(x, y): x /= y; return x
FORMS = [add, sub, mul, div, *(getattr(torch.Tensor, name) for name in ("add_", "sub_", "mul_", "div_"))]

TARGETS = [
    lambda: torch.arange(1.0, 4), lambda: torch.arange(1.0, 4, requires_grad=True), lambda: torch.arange(1.0, 4) * 2,
    lambda: torch.arange(1.0, 4, requires_grad=True) * 2, lambda: torch.arange(6.0)[::2], lambda: torch.arange(3),
    lambda: torch.ones(2, 3)[1], lambda: torch.tensor([True, False, True]), lambda: torch.arange(3.0).double(),
    lambda: torch.ones(()), lambda: torch.ones(1).expand(3),
]

def tries():
    for form in FORMS:
        for target in TARGETS:
            for other in (torch.ones(3), torch.ones(3, requires_grad=True), torch.arange(3), torch.zeros(3), 2, 0.5,
                          torch.ones(2), torch.ones(()), "no"):
                x = target()
                try:
                    y = form(x, other)
                    print(form.__name__, y is x, y.dtype, y.tolist(), y.grad_fn and y.grad_fn.name(), x._version)
                except Exception as error:
                    print(form.__name__, type(error).__name__, error)
    x = torch.arange(3.0)
    x += x
    x[1:] -= x[:-1].clone()
    print(x, x.add_(x, alpha=2), x.sub_(other=x))

tries()
with torch.no_grad():
    tries()
    with observing(Listener()):
        tries()
with torch.inference_mode():
    tries()
x = torch.ones(3).as_subclass(Own)
with torch.no_grad():
    x -= torch.ones(3)
    print(type(x), x)
    tries()
"""


def test_operators_write_what_python_writes() -> None:
    compiled, python = printed(WRITES)
    assert compiled == python
    assert compiled.count("applied") > 100


class Writes(Listener):
    """Writes down what it is told of a write."""

    def about_to_change(self, memory: Any = None) -> None:
        self.told.append(("changes", each(memory)))

    def storage_written(self, storage: Any) -> None:
        self.told.append(("written", storage.version, storage.base.tobytes()))


def floats(*shape: int, kind: Any = np.float32) -> Tensor:
    return wrap(np.linspace(0.5, 2.5, int(np.prod(shape)), dtype=kind).reshape(shape))


def leaf() -> Tensor:
    tensor = floats(3)
    tensor._requires_grad = True
    return tensor


def shifted(x: Tensor, by: int) -> Tensor:
    """What lies beside a tensor's numbers in the memory that they share with others, in a storage of its own."""
    memory = x._array.base
    if not isinstance(memory, np.ndarray) or memory.size < 9:
        return floats(3)
    return wrap(memory.reshape(-1)[3 + by : 6 + by])


TARGETS: dict[str, Callable[[], Any]] = {
    "vector": lambda: floats(3), "double": lambda: floats(3, kind=np.float64), "number": lambda: floats(),
    "leaf": leaf, "integers": lambda: wrap(np.arange(3)), "row": lambda: OPS["select"](floats(2, 3), dim=0, index=1),
    "column": lambda: OPS["select"](floats(3, 2), dim=1, index=1), "empty": lambda: floats(0),
    "middle": lambda: OPS["select"](floats(3, 3), dim=0, index=1),
    "huge": lambda: wrap(np.full(3, 3e38, np.float32)), "expanded": lambda: OPS["expand"](floats(1), size=(3,)),
    "not writable": lambda: wrap(np.broadcast_to(1.0, (3,))),
}  # fmt: skip
OTHERS: dict[str, Callable[[Any], Any]] = {
    "float": lambda _: 0.5, "int": lambda _: 3, "bool": lambda _: True, "vector": lambda _: floats(3),
    "double": lambda _: floats(3, kind=np.float64), "number": lambda _: floats(), "itself": lambda x: x,
    "same memory": lambda x: OPS["detach"](x), "matrix": lambda _: floats(2, 3), "zeros": lambda _: wrap(np.zeros(3)),
    "shifted by one": lambda x: shifted(x, 1), "shifted back": lambda x: shifted(x, -1),
    "from the end": lambda x: wrap(x._array[::-1] if x.ndim else x._array),
    "zero": lambda _: 0, "text": lambda _: "x", "large": lambda _: 1e300,
    "huge": lambda _: wrap(np.array([-3e38, 3e38, 0], np.float32)),
    "leaf": lambda _: leaf(),
}  # fmt: skip


def told_of(op: str, target: Any, other: Any, params: dict[str, Any]) -> Any:
    """What a write leaves, what a watcher hears of it, and how it fails."""
    listener, failed, gave = Writes(), None, None
    with observing(listener):
        try:
            gave = apply_in_place(OPS[op], target, other, **params) is target
        except Exception as error:
            failed = type(error), str(error)
    return gave, failed, each(target), each(other), listener.told


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow.Tensor_Tensor", "eq", "atan2", "copy"])
def test_it_writes_as_python_does(op: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in OTHERS.values():
        for params in ({}, {"alpha": 2}, {"alpha": 1.0}):
            if params and op not in ("add", "sub"):
                continue

            def run(other: Any = other, params: Any = params) -> Any:
                x = TARGETS[target]()
                with no_grad():
                    quiet = told_of(op, x, other(x), params)
                y = TARGETS[target]()
                return quiet, told_of(op, y, other(y), params)

            compiled = run()
            with monkeypatch.context() as context:
                context.setattr(apply, "CORE", None)
                python = run()
            assert compiled == python


def test_the_core_writes_what_is_usual_and_leaves_the_rest_alone() -> None:
    assert CORE is not None
    call = OPS["sub"].made_call()
    x, y = floats(3), floats(3)
    with no_grad():
        assert CORE.apply_in_place(call, x, (y,), {}) is True
        assert (x._array.tolist(), x._storage.version) == ([0, 0, 0], 1)
        lefts: list[Any] = [
            (call, x, (x,), {}), (call, x, (), {}), (call, x, (y,), {"beta": 1}), (call, 3, (y,), {}),
            (call, x, ("x",), {}), (len, x, (y,), {}), (OPS["eq"].made_call(), x, (y,), {}),
            (OPS["neg"].made_call(), x, (), {}),
        ]  # fmt: skip
        for left in lefts:
            assert CORE.apply_in_place(*left) is False
    assert CORE.apply_in_place(call, x, (y,), {}) is False
    assert x._storage.version == 1
    with pytest.raises(TypeError):
        CORE.apply_in_place(call, x, [y], {})  # type: ignore[arg-type]


def test_memory_stays_level() -> None:
    x, y = floats(3), floats(3)

    def run() -> None:
        with no_grad():
            for _ in range(300):
                for other in (y, 0.5, x):
                    apply_in_place(OPS["add"], x, other)
                    apply_in_place(OPS["mul"], x, 0.5)

    assert kept_by(run) < 40
