"""The memory of PyTorch's tensors as numpy sees it: shared, not copied."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from gradwalk.engine.dtypes import Array
from gradwalk.errors import GradwalkError

DTYPES = {
    torch.float16: np.float16, torch.float32: np.float32, torch.float64: np.float64,
    torch.uint8: np.uint8, torch.int8: np.int8, torch.int16: np.int16, torch.int32: np.int32, torch.int64: np.int64,
    torch.bool: np.bool_,
}  # fmt: skip


class NotRecorded(GradwalkError):
    """PyTorch did something of which a trace has no way to tell."""


class _Memory:
    """What numpy asks for the memory of a storage, and holds for as long as an array looks at it."""

    def __init__(self, storage: torch.UntypedStorage, dtype: np.dtype[Any]) -> None:
        self.storage = storage
        self.__array_interface__ = {
            "version": 3,
            "data": (storage.data_ptr(), False),
            "shape": (storage.nbytes() // dtype.itemsize,),
            "typestr": dtype.str,
        }


def is_recorded(real: torch.Tensor) -> bool:
    """Whether a tensor is of a kind that a trace can tell of."""
    if is_out_of_reach(real):
        return False
    return real.dtype in DTYPES and real.layout is torch.strided and real.device.type == "cpu"


def is_out_of_reach(real: torch.Tensor) -> bool:
    """Whether nobody may ask for its numbers: a transform keeps them to itself, or there are none yet."""
    if isinstance(real, torch.nn.parameter.UninitializedTensorMixin) or real.is_meta:
        return True
    wrapped: bool = torch._C._functorch.is_functorch_wrapped_tensor(real)
    return wrapped


def elements(real: torch.Tensor) -> Array:
    """All of the memory that a tensor lies in, in elements of its dtype."""
    if not is_recorded(real):
        strided = real.layout is torch.strided
        kind = real.dtype if real.dtype not in DTYPES else real.device if strided else real.layout
        raise NotRecorded(f"Tensors of {kind} are not recorded: let the code work on others while it is watched.")
    dtype = DTYPES[real.dtype]
    storage = real.untyped_storage()
    if real._is_zerotensor():  # zeros that have no memory
        return np.zeros(storage.nbytes() // np.dtype(dtype).itemsize, dtype)
    if not storage.nbytes():
        return np.empty(0, dtype)
    return np.asarray(_Memory(storage, np.dtype(dtype)))


def looked_at(real: torch.Tensor, whole: Array) -> Array:
    """The part of the memory that a tensor looks at."""
    dtype = np.dtype(DTYPES[real.dtype])
    shape, steps = tuple(real.shape), tuple(step * dtype.itemsize for step in real.stride())
    if whole.dtype != dtype:
        whole = whole.view(dtype)
    if not real.numel():
        return np.lib.stride_tricks.as_strided(np.empty(1, dtype), shape, steps)
    return np.lib.stride_tricks.as_strided(whole[real.storage_offset() :], shape, steps)
