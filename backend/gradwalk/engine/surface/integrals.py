"""Integrals by the trapezoidal rule and derivatives by finite differences, composed as PyTorch composes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import dtypes
from ..dtypes import FLOATS
from ..functions.dims import normalize_dim, normalize_dims
from ..op import OPS
from ..tensor import Tensor, wrap
from .registry import must_be_tensor, public


def _part(x: Tensor, dim: int, start: int, end: int | None) -> Tensor:
    return OPS["slice"](x, dim=dim, start=start, end=end, step=1)


def _both_sides(y: Tensor, dim: int) -> Tensor:
    """The sum of each two neighbours."""
    left = _part(y, dim, 0, -1)
    return OPS["add"](left, _part(y, dim, 1, None))


def _steps(name: str, y: Tensor, x: Tensor, dim: int) -> Tensor:
    """How far apart the places ``x`` of the values are, in a shape that broadcasts over them."""
    if x.ndim == 1:
        if x._array.shape[0] != y._array.shape[dim]:
            raise RuntimeError(f"{name}: There must be one `x` value for each sample point")
        x = OPS["view"](x, size=tuple(-1 if d == dim else 1 for d in range(y.ndim)))
    elif x.ndim < y.ndim:
        x = OPS["view"](x, size=(1,) * (y.ndim - x.ndim) + x._array.shape)
    left = _part(x, dim, 0, -1)
    return OPS["sub"](_part(x, dim, 1, None), left)


def _given(name: str, y: Any, x: Any, dx: Any) -> Tensor:
    if x is not None and dx is not None:
        raise TypeError(f"{name}() takes the places x or their distance dx, not both")
    values = must_be_tensor(name, "y", 1, y)
    if any(isinstance(each, Tensor) and each._array.dtype.kind == "b" for each in (values, x)):
        which = "`y`" if x is None else "`x` or `y`"
        raise RuntimeError(f"{name}: received a bool input for {which}, but bool is not supported")
    return values


@public(method=False)
def trapezoid(y: Tensor, x: Any = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The integral over a dimension by the trapezoidal rule, in steps of ``dx`` or between the places ``x``."""
    values = _given("trapezoid", y, x, dx)
    if values.ndim == 0:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    axis = normalize_dim(dim, values.ndim)
    shape = values._array.shape
    if shape[axis] == 0:
        return wrap(np.zeros(shape[:axis] + shape[axis + 1 :], dtype=values._array.dtype))
    if x is None:
        step = 1 if dx is None else dx.item() if isinstance(dx, Tensor) else dx
        last = OPS["select"](values, dim=dim, index=-1)
        ends = OPS["add"](OPS["select"](values, dim=dim, index=0), last)
        half = OPS["mul.Scalar"](ends, other=0.5)
        total = OPS["sub"](OPS["sum.dim"](values, dim=(dim,), keepdim=False), half)
        return OPS["mul.Scalar"](total, other=step)
    steps = _steps("trapezoid", values, must_be_tensor("trapezoid", "x", 2, x), axis)
    areas = OPS["mul"](_both_sides(values, axis), steps)
    return OPS["div.Scalar"](OPS["sum.dim"](areas, dim=(axis,), keepdim=False), other=2.0)


public(method=False, name="trapz")(trapezoid)


@public(method=False)
def cumulative_trapezoid(y: Tensor, x: Any = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """Running integrals by the trapezoidal rule."""
    values = _given("cumulative_trapezoid", y, x, dx)
    if values.ndim == 0:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    axis = normalize_dim(dim, values.ndim)
    if x is None:
        step = 1 if dx is None else dx.item() if isinstance(dx, Tensor) else dx
        return OPS["cumsum"](OPS["mul.Scalar"](_both_sides(values, dim), other=step / 2.0), dim=dim)
    steps = _steps("cumulative_trapezoid", values, must_be_tensor("cumulative_trapezoid", "x", 2, x), axis)
    areas = OPS["mul"](_both_sides(values, axis), steps)
    return OPS["div.Scalar"](OPS["cumsum"](areas, dim=axis), other=2.0)


@public(method=False)
def gradient(input: Tensor, *, spacing: Any = None, dim: Any = None, edge_order: int = 1) -> tuple[Tensor, ...]:
    """Derivatives along dimensions by finite differences: central inside, one-sided at the edges."""
    x = must_be_tensor("gradient", "input", 1, input)
    dims = normalize_dims(dim, x.ndim)
    spacings = _spacings(spacing, dims)
    if x._array.dtype == np.uint8:
        raise RuntimeError("torch.gradient does not support uint8 input.")
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    if any(x._array.shape[d] < edge_order + 1 for d in (dims if x.ndim else ())):
        raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    return tuple(
        _along_places(x, d, step, edge_order) if isinstance(step, Tensor) else _evenly(x, d, step, edge_order)
        for d, step in zip(dims, spacings, strict=True)
    )


def _spacings(spacing: Any, dims: tuple[int, ...]) -> Sequence[Any]:
    if not isinstance(spacing, tuple | list):
        step = 1.0 if spacing is None else float(spacing)
        return [step] * len(dims)
    if len(spacing) != len(dims):
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the "
            f"same length, but got a spacing argument of length {len(spacing)} and a dim argument of length "
            f"{len(dims)}."
        )
    for step in spacing:
        if isinstance(step, Tensor) and step.ndim != 1:
            raise RuntimeError(
                "torch.gradient expected each element of spacing to have one dimension, but got an element with "
                f"{step.ndim} dimensions!"
            )
    return [step if isinstance(step, Tensor) else float(step) for step in spacing]


def _difference(x: Tensor, dim: int, high: tuple[int, int | None], low: tuple[int, int | None]) -> Tensor:
    below = _part(x, dim, *low)
    return OPS["sub"](_part(x, dim, *high), below)


def _evenly(x: Tensor, dim: int, step: float, edge_order: int) -> Tensor:
    def over(difference: Tensor, divisor: float = step) -> Tensor:
        return OPS["div.Scalar"](difference, other=divisor)

    def times(start: int, end: int | None, factor: float) -> Tensor:
        return OPS["mul.Scalar"](_part(x, dim, start, end), other=factor)

    middle = over(_difference(x, dim, (2, None), (0, -2)))
    if edge_order == 1:
        first = over(_difference(x, dim, (1, 2), (0, 1)))
        last = over(_difference(x, dim, (-1, None), (-2, -1)))
    else:
        third, second = times(2, 3, 0.5), times(1, 2, 2)
        first = over(OPS["sub"](OPS["add"](times(0, 1, -1.5), second), third))
        end, before = times(-1, None, 1.5), times(-2, -1, 2)
        last = over(OPS["add"](OPS["sub"](times(-3, -2, 0.5), before), end))
    return OPS["cat"](first, over(middle, 2), last, dim=dim)


def _along_places(x: Tensor, dim: int, places: Tensor, edge_order: int) -> Tensor:
    """At uneven places: the slope of the parabola through three neighbours."""
    array = places._array
    if array.dtype.kind not in FLOATS:
        array = array.astype(x._array.dtype if x._array.dtype.kind in FLOATS else dtypes.default_floating().numpy)
    shape = tuple(-1 if d == dim else 1 for d in range(x.ndim))
    gaps = np.diff(array)

    def weighted(weight: Any, start: int, end: int | None) -> Tensor:
        factor = np.asarray(weight, dtype=array.dtype)
        return OPS["mul"](wrap(factor.reshape(shape) if factor.ndim else factor), _part(x, dim, start, end))

    one, two = gaps[:-1], gaps[1:]
    last = weighted(one / two / (one + two), 2, None)
    middle = weighted((two - one) / (one * two), 1, -1)
    inner = OPS["add"](OPS["add"](weighted(-two / one / (one + two), 0, -2), middle), last)
    if edge_order == 1:
        start = OPS["div"](_difference(x, dim, (1, 2), (0, 1)), wrap(gaps[0]))
        end = OPS["div"](_difference(x, dim, (-1, None), (-2, -1)), wrap(gaps[-1]))
    else:
        start, end = _second_order_edges(weighted, gaps)
    return OPS["cat"](start, inner, end, dim=dim)


def _second_order_edges(weighted: Any, gaps: Any) -> tuple[Tensor, Tensor]:
    one, two = gaps[0], gaps[1]
    third, second = weighted(-one / two / (one + two), 2, 3), weighted((one + two) / (one * two), 1, 2)
    start = OPS["add"](OPS["add"](weighted(-(2 * one + two) / one / (one + two), 0, 1), second), third)
    one, two = gaps[-2], gaps[-1]
    last, before = weighted((2 * two + one) / two / (one + two), -1, None), weighted(-(one + two) / (one * two), -2, -1)
    end = OPS["add"](OPS["add"](weighted(two / one / (one + two), -3, -2), before), last)
    return start, end
