"""Functions that the compiled core does at once give what Python gives, to the byte, and nobody hears of what numpy
would report of them."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import FUNCTIONS, OPS
from gradwalk.engine.functions import activations, elementwise
from gradwalk.engine.op import NAMESPACE
from gradwalk.engine.ops import _activations, _arrays, _losses, _products, _reductions
from gradwalk.engine.tensor import wrap

from .test_core import printed

pytestmark = pytest.mark.core

rng = np.random.default_rng(0)


def floats(*shape: int, kind: Any = np.float32) -> Any:
    return rng.normal(size=shape).astype(kind)


def singles(*numbers: float) -> Any:
    return np.array(numbers, np.float32)


ARRAYS = [
    floats(4), floats(4, kind=np.float64), floats(1), floats(2)[::-1], floats(8)[::2], floats(5), floats(0), floats(),
    floats(3, 4), floats(4, 3), floats(3, 4).T, floats(4, 4), floats(1, 4), floats(4, 1), floats(4, 3, kind=np.float64),
    floats(2, 3, 4), floats(300, 4), floats(4, 20), np.arange(4), np.array([True, False, True, True]),
    singles(np.inf, np.nan, -0.0, 3e38), -singles(np.inf, np.nan, 1e-45, 3e38), np.array([-np.nan, -0.0, -5e-324, 1]),
    singles(-0.0, -0.0), np.broadcast_to(np.float32(3), (2, 3)),
    np.broadcast_to(np.float64(3), 4), singles(1e-30, 1e-30), floats(40000), np.float32(2), 2.0,
    np.full((2, 2), 3e38, np.float32), np.full((3, 3), 1e-45, np.float32), np.ones((2, 3), np.float16), [1.0, 2.0],
]  # fmt: skip
SIZES: list[Any] = [(3, 4), (2, 2), (), (4,), (2, 0), (1,) * 9, (2**30, 2**30), [3], (True,), (-1,), (1, 2**40)]
NUMBERS: list[Any] = [1, 2, 2.0, 0, -3, 0.5, 1.0, True, 2**60, 1e300, np.float32(2), None]
LAYOUTS: list[Any] = [((3, 4), (4, 1)), ((3, 4), (1, 3)), ((), ()), ((4, 1), (1, 1)), ((1, 1), (1, 1)), ((3, 4), ())]
ROWS = [
    *(x for x in ARRAYS if isinstance(x, np.ndarray)), floats(64, 10), floats(7, 33, kind=np.float64), floats(1, 1),
    floats(1, 300), 100 * floats(3, 9), singles(0, 0, -0.0), singles(-0.0, -1), singles(-np.inf, 2), floats(0, 3),
    singles(-np.inf, -np.inf), np.zeros((3, 5), np.float32), 30 * floats(40, 2), -(floats(6, 5) ** 2),
]  # fmt: skip
TARGETS = [np.array(x) for x in ([0, 2, 1], [0, 3, 1], [0, -1, 2], [-100, 1, 0], [2], 1, [[0], [1], [2]])]
SCORES = [(floats(3, 3), target) for target in [*TARGETS, TARGETS[0].astype(np.uint8), floats(3), np.arange(6)[::2]]]
NOT_USUAL = (floats(3), floats(4, 3).T, np.arange(9).reshape(3, 3))
SCORES += [(x, TARGETS[0]) for x in (floats(3, 4, kind=np.float64), *NOT_USUAL)]
LOSSES: list[Any] = [
    (x, target, weight, reduction, ignored)
    for x, target in SCORES
    for weight, reduction, ignored in [
        *((None, reduction, -100) for reduction in range(3)), (None, 1, 1), (None, 1, 2**70), (floats(3), 1, -100),
    ]
]  # fmt: skip
COTANGENTS = [singles(0.3)[0], np.array(0.3, np.float32), np.array(-0.3), singles(1, 2, 3), singles(np.nan)[0]]
CASES: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    **{name: (vars(_products)[name], list(itertools.product(ARRAYS, ARRAYS))) for name in ("dot", "mm", "mv")},
    "sum_all": (_reductions.sum_all, [(x, None) for x in ARRAYS]),
    "mean_all": (_reductions.mean_all, [(x, None) for x in ARRAYS]),
    "pow_scalar": (_arrays.pow_scalar, list(itertools.product(ARRAYS, [2, 2.0, 3, 0.5, True]))),
    **{
        name: (vars(_activations)[name], list(itertools.product(ROWS, (-1, 0, 1, 2, True))))
        for name in ("softmax", "log_softmax")
    },
    **{
        name: (vars(activations)[name], [(0.3 - x, x, dim) for x in ROWS for dim in (-1, 0) if x.ndim])
        for name in ("softmax_backward", "log_softmax_backward")
    },
    "nll_loss": (_losses.nll_loss, LOSSES),
    "nll_loss_backward": (
        _losses.nll_loss_backward,
        [
            (grad, *loss[:3], total, *loss[3:])
            for loss in LOSSES
            for grad in COTANGENTS
            for total in (singles(3)[0], np.array(0, np.float32), np.array(3.0))
            if loss[1].ndim
        ],
    ),
    "relu": (_arrays.relu, [(x,) for x in ARRAYS]),
    "threshold_backward": (
        elementwise.threshold_backward, [(a, b) for a in ARRAYS for b in ARRAYS if np.shape(a) == np.shape(b)],
    ),
    "vector_norm": (
        _reductions.vector_norm,
        [(x, *how, None) for x in ARRAYS for how in itertools.product((2, 2.0, 1, 2**70), (None, (0,)), (False, True))],
    ),
    **{
        name: (NAMESPACE[name], [(a, b, *layout) for a in ARRAYS for b in ARRAYS for layout in LAYOUTS])
        for name in ("times_transposed", "transposed_times")
    },
    "expand": (NAMESPACE["expand"], list(itertools.product(ARRAYS, SIZES))),
    **{
        name: (NAMESPACE[name], list(itertools.product(ARRAYS, NUMBERS)))
        for name in ("divided", "power_slope", "scaled")
    },
}  # fmt: skip


def of(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """All there is to what a function gives."""
    try:
        found = function(*arguments)
    except Exception as error:
        return type(error)
    if isinstance(found, tuple):
        return [of(lambda *_, one=one: one, arguments) for one in found]
    if not isinstance(found, np.ndarray | np.generic):
        return found is NotImplemented, type(found), repr(found)
    array = np.asarray(found)  # a number is as good as an array without dimensions, where an op gives it
    strides = [step for step, extent in zip(array.strides, array.shape, strict=True) if extent > 1]
    is_given = any(found is x for x in arguments)
    return array.dtype, array.shape, strides, array.tobytes(), array.flags.writeable or not array.ndim, is_given


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore")
def test_what_they_give_is_what_python_gives(name: str) -> None:
    function, calls = CASES[name]
    done = 0
    for arguments in calls:
        found = function.at_once(*arguments)  # type: ignore[attr-defined]
        if found is not NotImplemented:
            done += 1
            assert of(lambda *_, found=found: found, arguments) == of(function, arguments), arguments
    assert done >= 4
    assert function.at_once() is NotImplemented  # type: ignore[attr-defined]


HUGE = 1e308


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore")
def test_what_overflowed_before_them_in_python_changes_nothing_of_what_they_give(name: str) -> None:
    function, calls = CASES[name]
    for arguments in calls:
        assert np.isinf(HUGE * 10)  # which leaves the processor with something to report
        found = function.at_once(*arguments)  # type: ignore[attr-defined]
        if found is not NotImplemented:
            assert of(lambda *_, found=found: found, arguments) == of(function, arguments), arguments


def large(*shape: int) -> Any:
    x = wrap(np.full(shape, 3e38, np.float32))
    x._requires_grad = True
    return x


def test_nobody_hears_of_what_overflows() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for product in (OPS["dot"](large(3), large(3)), FUNCTIONS["norm"](large(3)), large(2, 3).sum()):
            assert product.item() == np.inf
            product.backward()
        x = large(2, 2)
        ((x @ x) * x + x / 0).sum().backward()
        assert not np.isfinite(x.grad.numpy()).any()


def test_who_hears_of_numpy_hears_of_a_hooks_own() -> None:
    x = large(3)
    y = x * 2
    y.register_hook(lambda grad: wrap(grad.numpy() / np.zeros(3, np.float32)))
    with pytest.warns(RuntimeWarning, match="^divide by zero encountered in divide$"):
        y.sum().backward()


@pytest.mark.parametrize("mode", ["raise", "ignore", "warn"])
def test_the_users_own_ways_with_reports_change_no_number(mode: Any) -> None:
    with np.errstate(all=mode), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x = large(2, 2)
        assert (x @ x).tolist() == [[np.inf, np.inf], [np.inf, np.inf]]
        (x * 2).sum().backward()
        assert x.grad.tolist() == [[2.0, 2.0], [2.0, 2.0]]
        assert OPS["dot"](large(3), large(3)).item() == np.inf


PASSES = """
import gradwalk.torch as torch
from gradwalk.engine.observe import Observer, observing

class Listener(Observer):
    def backward_begins(self, roots, gradients, keep, create, accumulate):
        print("begins", len(roots), [g.tolist() for g in gradients], keep, create, accumulate)
    def backward_ended(self):
        print("ended")

def tries(*losses):
    for loss in losses:
        try:
            print(loss().backward())
        except Exception as error:
            print(type(error).__name__, error, sorted(error.__dict__))

class Fails(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1
    @staticmethod
    def backward(ctx, grad):
        raise ValueError("not today")

def written_over():
    y = x.exp()
    loss = y.sum()
    y.mul_(2)
    return loss

x = torch.ones(3, requires_grad=True)
once = (x * x).sum()
losses = [lambda: x.sum(), lambda: x, lambda: torch.ones(()), lambda: once, lambda: once, written_over,
          lambda: Fails.apply(x).sum(), lambda: (x[0] * 2)[None], lambda: x.double().sum(), lambda: (x * 1j).sum().real]
tries(*losses)
once = (x * x).sum()
with observing(Listener()):
    tries(*losses)
print(x.grad)
tries(lambda: torch.func.grad(lambda y: (y.sum().backward(), y.sum())[1])(x))
x.data = torch.zeros(3)
tries(lambda: (x * x).sum())
print(x.grad)
"""


def test_a_pass_from_one_tensor_is_what_python_makes_of_it() -> None:
    compiled, python = printed(PASSES)
    assert compiled == python
    assert compiled.count("begins") >= 5
    assert "not today" in compiled
