"""Writes that read what they have just written: element by element, in the order of PyTorch's loops.

``x.sub_(x[:, :1])`` reads its first column again after it has become zero. numpy would compute everything first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from .dtypes import Array
from .geometry import geometry, strided
from .indices import key
from .iteration import iterated, steps_along
from .layouts import sorted_dims
from .op import Op
from .tensor import Tensor

_MOST = 10_000
"""Larger writes are computed first: PyTorch's loops read many elements at once there."""


def reads_what_it_writes(op: Op, target: Tensor, others: Sequence[Any]) -> bool:
    """Whether an op in place takes elements from places that it has written before."""
    if op.lies is not iterated and op.name not in ("copy", "index_put"):
        return False
    return target._array.size <= _MOST and any(
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
        strided(memory, *geometry(x)) if isinstance(x, Tensor) and x._storage is target._storage else _array(x)
        for x in (target, *others)
    ]
    written = arrays[0]
    if op.name == "index_put":
        _put(written, np.asarray(arrays[1]), **params)
        return written
    for place in _places(written.shape, arrays):
        here: Any = (*place, ...)
        operands = [np.broadcast_to(x, written.shape)[here] if isinstance(x, np.ndarray) else x for x in arrays]
        written[place] = op.forward(*operands, *params.values())
    return written


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
