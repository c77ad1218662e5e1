"""Every declared VJP against finite differences, on arrays and on tensors, to the second order."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import OPS, Op, Tensor, autograd
from gradwalk.engine.apply import apply, apply_in_place
from gradwalk.engine.tensor import wrap

from .samples import DRAWS, OF_COMPLEX_NUMBERS, SAMPLES

Arrays = list[np.ndarray[Any, np.dtype[np.float64]]]
DIFFERENTIABLE = {name: op for name, op in OPS.items() if op.vjps}
CASES = [
    pytest.param(OPS[name], operands, params, id=f"{name}-{number}")
    for name, samples in SAMPLES.items()
    for number, (operands, params) in enumerate(samples)
]
STEP = 1e-6


def test_every_differentiable_op_has_a_sample() -> None:
    assert set(DIFFERENTIABLE) == {*SAMPLES, *OF_COMPLEX_NUMBERS, *DRAWS}


def leaf(array: Any) -> Any:
    """A leaf that requires grad, for a float array; booleans and Python numbers as they are."""
    if not isinstance(array, np.ndarray | np.float64):
        return array
    tensor = wrap(np.array(array))
    tensor._requires_grad = tensor._array.dtype.kind == "f"
    return tensor


def applied(op: Op, operands: list[Any], params: dict[str, Any]) -> Tensor:
    """The result; of several the first, since their gradients come from one formula; of cotangents all, in a row."""
    if op.category == "in_place":
        return apply_in_place(op, OPS["clone"](operands[0]), *operands[1:], **params)
    result = apply(op, operands, op.params | params)
    if isinstance(result, tuple) and op.name.endswith("_backward"):
        row: Tensor = OPS["cat"](*[OPS["view"](part, size=(part._array.size,)) for part in result], dim=0)
        return row
    first: Tensor = result[0] if isinstance(result, tuple) else result
    return first


def weighted(result: Tensor) -> Tensor:
    """A scalar whose cotangent differs from element to element."""
    weights = wrap(np.cos(np.arange(result._array.size, dtype=np.float64)).reshape(result.shape))
    return OPS["sum"](OPS["mul"](result, weights))


def slopes(f: Callable[[Arrays], float], at: Arrays) -> Arrays:
    """Central differences of f by every element."""
    found = [np.zeros_like(array) for array in at]
    for array, slope in zip(at, found, strict=True):
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + STEP
            above = f(at)
            array[index] = kept - STEP
            below = f(at)
            array[index] = kept
            slope[index] = (above - below) / (2 * STEP)
    return found


def differentiable_operands(op: Op, operands: list[Any]) -> list[int]:
    names = op.operands * len(operands) if op.takes_list else op.operands
    return [
        slot
        for slot, name in enumerate(names)
        if name in op.vjps and isinstance(operands[slot], Tensor) and operands[slot].requires_grad
    ]


@pytest.mark.parametrize(("op", "operands", "params"), CASES)
def test_vjp_is_the_derivative(op: Op, operands: tuple[Any, ...], params: dict[str, Any]) -> None:
    leaves = [leaf(x) for x in operands]
    slots = differentiable_operands(op, leaves)
    inputs = [leaves[slot] for slot in slots]
    found = autograd.grad(weighted(applied(op, leaves, params)), inputs)

    def value(arrays: Arrays) -> float:
        changed = list(leaves)
        for slot, array in zip(slots, arrays, strict=True):
            changed[slot] = leaf(array)
        return float(weighted(applied(op, changed, params))._array)

    for gradient, slope in zip(found, slopes(value, [x._array.copy() for x in inputs]), strict=True):
        assert gradient is not None
        np.testing.assert_allclose(gradient._array, slope, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("op", "operands", "params"), CASES)
def test_vjp_on_tensors_gives_what_it_gives_on_arrays(
    op: Op, operands: tuple[Any, ...], params: dict[str, Any]
) -> None:
    found = []
    for create_graph in (False, True):
        leaves = [leaf(x) for x in operands]
        inputs = [leaves[slot] for slot in differentiable_operands(op, leaves)]
        found.append(autograd.grad(weighted(applied(op, leaves, params)), inputs, create_graph=create_graph))
    for on_arrays, on_tensors in zip(*found, strict=True):
        np.testing.assert_allclose(on_tensors._array, on_arrays._array, rtol=1e-12)


@pytest.mark.parametrize(("op", "operands", "params"), CASES)
def test_second_derivative_is_the_derivative_of_the_first(
    op: Op, operands: tuple[Any, ...], params: dict[str, Any]
) -> None:
    leaves = [leaf(x) for x in operands]
    slots = differentiable_operands(op, leaves)
    inputs = [leaves[slot] for slot in slots]

    def first(tensors: list[Any]) -> Tensor:
        wanted = [tensors[slot] for slot in slots]
        parts = []
        for gradient in autograd.grad(weighted(applied(op, tensors, params)), wanted, create_graph=True):
            assert gradient is not None
            parts.append(weighted(gradient))
        return reduce(OPS["add"], parts)

    def value(arrays: Arrays) -> float:
        changed = list(leaves)
        for slot, array in zip(slots, arrays, strict=True):
            changed[slot] = leaf(array)
        return float(first(changed)._array)

    total = first(leaves)
    expected = slopes(value, [x._array.copy() for x in inputs])
    if not total.requires_grad:  # linear: its gradient depends on no operand
        assert all(not slope.any() for slope in expected)
        return
    found = autograd.grad(total, inputs, allow_unused=True)
    for gradient, slope in zip(found, expected, strict=True):
        np.testing.assert_allclose(0 * slope if gradient is None else gradient._array, slope, rtol=1e-4, atol=1e-6)
