"""Tensors that share the memory of somebody else's object: of an array, or of what has Python's buffer protocol."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..observe import observer
from ..tensor import Tensor
from ..warn import warn_once
from .argument_parser import type_name
from .nested import NEGATIVE_STRIDES
from .registry import public
from .sizes import made, options

_NOT_WRITABLE = (
    "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means writing to "
    "this tensor will result in undefined behavior. You may want to copy the array to protect its data or make it "
    "writable before converting it to a tensor. This type of warning will be suppressed for the rest of this program. "
    "(Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/tensor_numpy.cpp:213.)"
)
_BUFFER_NOT_WRITABLE = (
    "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can write to "
    "the underlying (supposedly non-writable) buffer using the tensor. You may want to copy the buffer to protect its "
    "data or make it writable before converting it to a tensor. This type of warning will be suppressed for the rest "
    "of this program. (Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/tensor_new.cpp:1556.)"
)


@public(method=False)
def from_numpy(ndarray: Any) -> Tensor:
    """A tensor that shares the array's memory. Raises TypeError for anything but an array of a known type."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type_name(ndarray)})")
    dtypes.of(ndarray)
    dtypes.noted(ndarray)
    if any(step < 0 for step in ndarray.strides):
        raise ValueError(NEGATIVE_STRIDES)
    if not ndarray.flags.writeable:
        warn_once(_NOT_WRITABLE)
        ndarray = ndarray.copy()
    result = made("from_numpy", ndarray, False, {})
    observer().memory_shared()
    return result


@public(method=False)
def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A tensor that shares the memory of an object with Python's buffer protocol. Raises ValueError for others."""
    kind = options("frombuffer", dtype, None)
    try:
        memory = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    length, item = memory.nbytes, kind.itemsize
    if length == 0 or count == 0:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} bytes) minus 1"
        )
    if count < 0 and (length - offset) % item:
        raise ValueError(
            f"buffer length ({length} bytes) after offset ({offset} bytes) must be a multiple of element size ({item})"
        )
    if count > 0 and offset + count * item > length:
        raise ValueError(
            f"requested buffer length ({count} * {item} bytes) after offset ({offset} bytes) must not be greater than "
            f"actual buffer length ({length} bytes)"
        )
    array = np.frombuffer(memory, kind, count, offset)
    if not array.flags.writeable:
        warn_once(_BUFFER_NOT_WRITABLE)
        array = array.copy()
    result = made("from_numpy", array, requires_grad, {})
    observer().memory_shared()
    return result
