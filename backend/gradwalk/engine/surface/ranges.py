"""Tensors with numbers counted off, where PyTorch's loops round."""

from __future__ import annotations

import math
from operator import index
from typing import Any

import numpy as np

from .. import dtypes
from ..core import CORE
from ..dtypes import FLOATS, INEXACT, Array
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..functions.spacing import evenly_spaced
from ..fused import multiply_add
from ..ops._words import C_NAMES, label
from ..ops.creation import CREATION
from ..promotion import held
from ..tensor import Tensor
from ..warn import warn
from .registry import public
from .sizes import made, options, storable

_WHOLE = 2048
"""Every dtype holds the whole numbers below it."""


@public(method=False)
def arange(*bounds: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **names: Any) -> Tensor:
    """``arange(end)``, ``arange(start, end)``, ``arange(start, end, step)``; integers unless a bound is a float."""
    if len(bounds) == 1 and type(bounds[0]) is float and dtype is device is None and not names:
        kind = dtypes.default_floating().numpy
        if CORE is not None:
            usual: Tensor | None = CORE.counted(CREATION["arange"], bounds[0], kind, requires_grad)
            if usual is not None:
                return usual
        if 0 <= bounds[0] < _WHOLE and kind.kind == "f":  # as most calls have it, in a third of the time
            array = np.arange(math.ceil(bounds[0]), dtype=kind)
            return made("arange", array, requires_grad, {"start": 0, "end": bounds[0], "step": 1})
    values = [x.item() if isinstance(x, Tensor | np.generic) else x for x in bounds]
    if len(values) > 3 or (not values and "end" not in names):
        raise TypeError('arange() missing 1 required positional arguments: "end"')
    start, end, step = {1: (0, *values, 1), 2: (*values, 1), 3: tuple(values)}.get(len(values), (0, 0, 1))
    if len(values) == 1 and "end" in names:
        start = values[0]
    start, end, step = (names.pop(k, v) for k, v in zip(("start", "end", "step"), (start, end, step), strict=True))
    for value in (start, end, step):
        if not isinstance(value, int | float):
            raise TypeError(f"arange(): argument 'end' (position 1) must be Number, not {type(value).__name__}")
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if dtype is None and not any(isinstance(v, float) for v in (start, end, step)):
        dtype = dtypes.int64
    kind = options("arange", dtype, device, **names)
    if kind.kind in "bc":
        raise NotImplementedError(f"\"arange_cpu\" not implemented for '{label(kind)}'")
    if kind.kind in "iu":
        count = math.ceil((end - start) / step)  # int64 alone counts its steps between whole numbers
        start, end, step = (int(v) for v in (start, end, step))
        if step == 0 and kind.itemsize == 8:
            raise ValueError("step must be nonzero")
    if kind.kind in FLOATS or kind.itemsize == 8:
        count = math.ceil((end - start) / step)
    count = max(0, count)
    if count > 2**63:  # as a float that is asked whether it is larger than any int64
        raise RuntimeError("invalid size, possible overflow?")
    storable((count,), kind)
    if start == 0 and step == 1 and count < _WHOLE:
        array = np.arange(count, dtype=kind if kind.kind in FLOATS else np.int64).astype(kind, copy=False)
    else:
        array = _steps_from(start, step, count, kind)
    return made("arange", array, requires_grad, {"start": start, "end": end, "step": step})


_REGISTER = 32
"""Bytes that a vectorised loop takes at once, twice in each round."""


def _steps_from(start: float, step: float, count: int, kind: np.dtype[Any]) -> Array:
    """``start + k * step``, rounded where PyTorch's loop rounds: a register begins at such a number, rounded to the
    dtype, and counts on from there, each with one fused multiplication and addition. So ``arange(-8., 8., 0.1)`` has no
    zero."""
    last = start + step * count
    if kind.kind not in FLOATS or (start == int(start) and step == int(step) and max(abs(start), abs(last)) < 2048):
        plain: Array = (start + np.arange(count) * step).astype(kind)
        return plain
    inner = np.dtype(np.float32 if kind.itemsize == 2 else np.float64)
    lanes = _REGISTER // kind.itemsize
    whole = count - count % (2 * lanes)
    places = np.concatenate((np.arange(0, whole, lanes), np.arange(whole, count)))
    begun = multiply_add(places.astype(inner), step, start).astype(kind)
    counted = np.empty(count, kind)
    rows, rest = begun[: whole // lanes, None], begun[whole // lanes :]
    if kind.itemsize == 4:  # in double, of which the last bit does not matter
        counted[:whole] = (rows + np.arange(lanes) * float(step)).ravel()
    else:
        counted[:whole] = multiply_add(np.arange(lanes, dtype=inner), step, rows).ravel()
    counted[whole:] = rest
    return counted


@public(method=False)
def range(
    start: Any = 0, end: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """``start`` to ``end``, both included."""
    kind = options("range", dtype, device, **rest)
    warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with "
        "Python's range builtin. Instead, use torch.arange, which produces values in [start, end)."
    )
    if kind.kind == "b":
        raise NotImplementedError("\"range_cpu\" not implemented for 'Bool'")
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not math.isfinite(start) or not math.isfinite(end):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (step > 0 and end < start) or (step < 0 and end > start):
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = int((end - start) / step) + 1
    array = (start + np.arange(count) * step).astype(kind)
    return made("arange", array, requires_grad, {"start": start, "end": end, "step": step})


@public(method=False)
def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any
) -> Tensor:
    """``steps`` numbers evenly from ``start`` to ``end``, both included."""
    first, last = _bounds("linspace", start, end)
    steps, kind = _spaced("linspace", (first, last), steps, dtype, device, rest)
    array = _linspace(first, last, steps, kind)
    return made("linspace", array, requires_grad, {"start": first, "end": last, "steps": steps})


def _spaced(
    name: str, bounds: tuple[Any, Any], steps: Any, dtype: Dtype | None, device: Any, rest: dict[str, Any],
    base: Any = None,
) -> tuple[int, np.dtype[Any]]:  # fmt: skip
    """How many numbers, and of which dtype: complex by itself if a bound or the base is.

    Raises RuntimeError for complex bounds of real numbers, for fewer than none and for more than memory holds.
    """
    kinds = [type(bound) for bound in bounds]
    if dtype is None and complex in (*kinds, type(base)):
        dtype = dtypes.of_scalar(1j)
    if dtype is not None and not dtype.is_complex and complex in kinds:
        raise RuntimeError(
            f"torch.{name}(): inferred dtype {C_NAMES[dtypes.of_scalar(1j).name]} can't be safely cast to passed dtype "
            f"{dtype.legacy_name.removesuffix('Tensor')}"
        )
    kind = options(name, dtype, device, **rest)
    count = index(steps)
    if count < 0:
        raise RuntimeError("number of steps must be non-negative")
    storable((count,), kind)
    return count, kind


def _bounds(name: str, start: Any, end: Any) -> Any:
    """Both ends as numbers. Raises RuntimeError for tensors that are not one number."""
    bounds = {"start": start, "end": end}
    vectors = {key: x.ndim for key, x in bounds.items() if isinstance(x, Tensor) and x.ndim}
    if vectors:
        taken = " and ".join(bounds)
        found = " and ".join(f"{key} with {ndim} dimension(s)" for key, ndim in vectors.items())
        raise RuntimeError(f"{name} only supports 0-dimensional {taken} tensors, but got {found}.")
    return map(_number, bounds.values())


def _number(bound: Any) -> Any:
    """A bound as a number."""
    if not isinstance(bound, Tensor):
        return bound
    bound._array  # noqa: B018 (under vmap it is out of reach, and the whole call is made for each item)
    return bound.item()


def _linspace(start: float, end: float, steps: int, kind: np.dtype[Any]) -> Array:
    """Numbers at even distances, both ends included, in any dtype."""
    if steps < 2:
        return np.full(steps, held(start, kind), dtype=kind)
    if kind.kind == "c":
        ends = complex(start), complex(end)
        part = dtypes._BY_NUMPY[kind].to_real().numpy
        joined = np.empty(steps, kind)
        joined.real = _linspace(ends[0].real, ends[1].real, steps, part)
        joined.imag = _linspace(ends[0].imag, ends[1].imag, steps, part)
        return joined
    if kind.kind not in FLOATS:
        whole: Array = _linspace(held(start, kind), held(end, kind), steps, np.dtype(np.float64)).astype(kind)
        return whole
    return evenly_spaced(np.asarray(held(start, kind), kind), np.asarray(held(end, kind), kind), steps)


@public(method=False)
def logspace(
    start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **rest: Any,
) -> Tensor:  # fmt: skip
    """``base`` to the powers evenly from ``start`` to ``end``."""
    first, last = _bounds("logspace", start, end)
    steps, kind = _spaced("logspace", (first, last), steps, dtype, device, rest, base)
    if kind.kind not in INEXACT:
        first, last = int(first), int(last)
    exponents = _linspace(first, last, steps, kind if kind.kind in INEXACT else np.dtype(np.float64))
    array = np.power(exponents.dtype.type(base), exponents).astype(kind)
    return made("logspace", array, requires_grad, {"start": first, "end": last, "steps": steps, "base": base})
