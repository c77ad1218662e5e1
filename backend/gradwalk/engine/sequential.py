"""Writes that read what they have just written: in the order of PyTorch's loops, as much at a time as they take.

``x.sub_(x[:, :1])`` reads its first column again after it has become zero. numpy would compute everything first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .dtypes import Array
from .geometry import geometry, strided
from .indices import key
from .iteration import iterated, steps_along
from .layouts import overlaps_itself, sorted_dims
from .op import Op
from .tensor import Tensor

_MOST = 100_000
"""Writes in more steps are computed first: they would take too long."""
_AT_ONCE = 64
"""So many bytes in a row PyTorch's loops read before they write: two registers of AVX2."""


def reads_what_it_writes(op: Op, target: Tensor, others: Sequence[Any]) -> bool:
    """Whether an op in place takes elements from places that it has written before."""
    if op.lies is not iterated and op.name not in ("copy", "index_put"):
        return False
    if op.name != "copy" and overlaps_itself(target._array):
        return True
    return any(
        isinstance(x, Tensor)
        and x._storage is target._storage
        and x._array.dtype == target._array.dtype
        and geometry(x) != geometry(target)
        and np.may_share_memory(x._array, target._array)
        for x in others
    )


def result_in_sequence(op: Op, target: Tensor, others: Sequence[Any], params: dict[str, Any]) -> Array:
    """What the target holds after each of its elements was computed and written before the next."""
    memory = target._storage.flat().copy()
    arrays = [
        strided(memory.view(x._array.dtype), *geometry(x))  # which may be the parts of complex numbers
        if isinstance(x, Tensor) and x._storage is target._storage
        else _array(x)
        for x in (target, *others)
    ]
    written = arrays[0]
    if op.name == "index_put":
        _put(written, np.asarray(arrays[1]), **params)
        return written
    rows = _rows(written.shape, arrays)
    blocks = _blocks(rows)
    if prod(rows[0].shape[:-1]) * len(blocks) > _MOST:
        written[...] = op.forward(*arrays, *params.values())
        return written
    for place in product(*(range(extent) for extent in rows[0].shape[:-1])):
        row = [x[place] for x in rows]
        single = [x.strides == (0,) for x in row]
        begun = [x.copy() if alone else x for x, alone in zip(row, single, strict=True)]  # read once for all vectors
        for block in blocks:
            operands = iter([x[block] for x in (row if block.stop == block.start + 1 else begun)])
            here = next(operands)
            found = [here, *(next(operands) if isinstance(x, np.ndarray) else x for x in arrays[1:])]
            here[...] = op.forward(*found, *params.values())
    return written


def _rows(shape: tuple[int, ...], arrays: Sequence[Any]) -> list[Array]:
    """The arrays with their dimensions in the order of a loop over them, those that lie on in all of them as one."""
    whole = [x if k == 0 else np.broadcast_to(x, shape) for k, x in enumerate(arrays) if isinstance(x, np.ndarray)]
    order = sorted_dims(shape, [steps_along(x, shape) for x in whole])
    turned = [x.transpose(order) for x in whole]
    sizes: list[int] = []
    steps: list[tuple[int, ...]] = []
    for dim in reversed(range(len(shape))):
        step = tuple(x.strides[dim] for x in turned)
        if sizes and step == tuple(inner * sizes[0] for inner in steps[0]):
            sizes[0] *= turned[0].shape[dim]
        elif turned[0].shape[dim] != 1 or not sizes:
            sizes.insert(0, turned[0].shape[dim])
            steps.insert(0, step)
    return [as_strided(x, sizes, [step[k] for step in steps]) for k, x in enumerate(turned)] if sizes else turned


def _blocks(rows: list[Array]) -> list[slice]:
    """What of a row is read before it is written."""
    first = (0,) * (rows[0].ndim - 1)
    count = rows[0].shape[-1] if rows[0].ndim else 1
    written = rows[0][first]
    if not any(np.may_share_memory(x[first], written) for x in rows[1:]):
        return [slice(0, count)]
    size = written.itemsize
    steps = [x.strides[-1] for x in rows]
    in_vectors = set(steps) <= {0, size} and steps.count(0) <= 1 and all(x.itemsize == size for x in rows)
    step = _AT_ONCE // size if in_vectors else 1
    whole = count - count % step
    return [slice(k, k + step) for k in range(0, whole, step)] + [slice(k, k + 1) for k in range(whole, count)]


def _array(x: Any) -> Any:
    return x._array if isinstance(x, Tensor) else x


def _places(shape: tuple[int, ...], arrays: Sequence[Any]) -> Iterator[tuple[int, ...]]:
    """The indices of all elements as a loop over the operands goes through them."""
    order = sorted_dims(shape, [steps_along(x, shape) for x in arrays if isinstance(x, np.ndarray)])
    back = [order.index(dim) for dim in range(len(shape))]
    for place in product(*(range(shape[dim]) for dim in order)):
        yield tuple(place[dim] for dim in back)


def _put(whole: Array, values: Array, indices: Any, accumulate: bool) -> None:
    numbers = np.arange(whole.size).reshape(whole.shape)[key(whole.shape, indices)]
    for place in _places(numbers.shape, [values]):
        value = np.broadcast_to(values, numbers.shape)[place]
        target = np.unravel_index(numbers[place], whole.shape)
        whole[target] = whole[target] + value if accumulate else value
