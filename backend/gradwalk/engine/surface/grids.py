"""Tensors brought to one shape, and all combinations of their elements."""

from __future__ import annotations

import itertools
from itertools import pairwise
from typing import Any

import numpy as np

from .. import ops
from ..errors import broadcast_mismatch
from ..op import NAMESPACE
from ..size import Size
from ..tensor import Tensor, wrap
from ..warn import warn_once
from .join import stack, tensors_of
from .registry import public
from .shape import broadcast_to, flatten, view
from .sizes import sizes_of


def _given(function: str, tensors: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """Tensors given one by one or as one sequence."""
    if len(tensors) == 1 and isinstance(tensors[0], tuple | list):
        tensors = tuple(tensors[0])
    return tensors_of(function, tensors)


@public(method=False)
def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """The tensors expanded to their common shape."""
    given = _given("broadcast_tensors", tensors)
    for one, other in pairwise(given):
        mismatch = broadcast_mismatch(one.shape, other.shape)
        if mismatch is not None:
            raise mismatch
    size = tuple(broadcast_shapes(*(t.shape for t in given)))
    return tuple(t if tuple(t.shape) == size else broadcast_to(t, size) for t in given)


@public(function=False)
def sum_to_size(self: Tensor, *size: Any) -> Tensor:
    """Summed over the dimensions along which a tensor of this size would be expanded to this shape."""
    wanted = sizes_of(size)
    leading = self.ndim - len(wanted)
    if leading < 0 or any(n not in (1, m) for n, m in zip(wanted, self.shape[leading:], strict=True)):
        raise RuntimeError(f"size {{[{', '.join(map(str, wanted))}]}} is not expandable to size "
                           f"{{[{', '.join(map(str, self.shape))}]}}.")  # fmt: skip
    if wanted and wanted == tuple(self.shape):
        return self
    summed: Tensor = NAMESPACE["sum_to_size"](self, wanted)
    return summed


@public(method=False)
def broadcast_shapes(*shapes: Any) -> Any:
    """The shape that tensors of these shapes broadcast to."""
    given = [(s,) if isinstance(s, int) else s for s in shapes]
    found = [1] * max((len(s) for s in given), default=0)
    for position, shape in enumerate(given):
        for i in range(-1, -1 - len(shape), -1):
            if shape[i] in (1, found[i]):
                continue
            if found[i] != 1:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {shape[i]} at {i}! Mismatching argument at index "
                    f"{position} had {shape}; but expected shape should be broadcastable to {found}"
                )
            found[i] = shape[i]
    return Size(found)


@public(method=False)
def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """The coordinates of a grid: each vector along its own dimension of a common shape."""
    given = _given("meshgrid", tensors)
    if not given:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if indexing is None:
        warn_once(_MESHGRID)
        indexing = "ij"
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    for t in given:
        if t.ndim > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {t.ndim}D")
    if len({t._array.dtype for t in given}) > 1:
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    axes = list(range(len(given)))
    if indexing == "xy" and len(given) >= 2:
        axes[:2] = 1, 0
    size = tuple(given[axis]._array.size for axis in axes)
    grids = {  # in the order in which PyTorch makes them
        number: broadcast_to(view(given[number], *((-1 if d == place else 1) for d in range(len(given)))), size)
        for place, number in enumerate(axes)
    }
    return tuple(grids[number] for number in range(len(given)))


@public(method=False)
def cartesian_prod(*tensors: Any) -> Tensor:
    """All combinations of one element of each vector, a row each."""
    given = _given("cartesian_prod", tensors)
    for x in given:
        if x.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape [{', '.join(map(str, x.shape))}]")
    if len(given) == 1:
        return given[0]
    return stack([flatten(g) for g in meshgrid(*given, indexing="ij")], 1)


@public(method=False)
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of ``r`` elements of a vector, a row each."""
    if input.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape [{', '.join(map(str, input.shape))}]")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return wrap(np.empty(0, input._array.dtype))
    places = np.arange(input._array.size)
    grid = np.meshgrid(*[places] * r, indexing="ij") if r > 1 else [places]
    mask = np.ones(grid[0].shape, dtype=bool)
    for left, right in itertools.pairwise(grid):
        mask &= left <= right if with_replacement else left < right
    columns = meshgrid(*[input] * r, indexing="ij")
    return stack([ops.indexing.masked_select(column, wrap(mask)) for column in columns], 1)


_MESHGRID = (
    "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument. (Triggered internally "
    "at /__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4215.)"
)
