"""Tensors from data: numbers, nested sequences, arrays, other tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..device import check_device
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..op import OPS
from ..tensor import Tensor
from ..warn import warn, warn_once
from .buffers import from_numpy
from .casts import cast
from .nested import array_of, tensors_in
from .registry import public
from .sizes import made, options

COPY_CONSTRUCT = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than {}(sourceTensor)."
)
_ASARRAY = (
    "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False. "
    "Pass requires_grad=False explicitly to get the old behavior and silence this warning."
)


@public(method=False)
def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new leaf with a copy of ``data``: numbers, nested sequences, arrays or tensors. Never part of a graph."""
    kind = _given_dtype("tensor", dtype, device)
    if isinstance(data, Tensor):
        warn(COPY_CONSTRUCT.format("torch.tensor"))
    return made("tensor", array_of(data, kind), requires_grad, {"data": data}, tuple(tensors_in(data)))


def _given_dtype(function: str, dtype: Any, device: Any) -> Dtype | None:
    check_device(device)
    return None if dtype is None else dtypes._BY_NUMPY[options(function, dtype, None)]


@public(method=False)
def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """``data`` itself if it is a tensor of that dtype, else :func:`tensor`; arrays share memory."""
    kind = _given_dtype("as_tensor", dtype, device)
    if isinstance(data, Tensor):
        return data if kind in (None, data.dtype) else cast(data, kind or data.dtype)
    if isinstance(data, np.ndarray) and kind in (None, dtypes.of(data)):
        return from_numpy(data)
    return made("as_tensor", array_of(data, kind), False, {"data": data}, tuple(tensors_in(data)))


@public(method=False)
def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool | None = None
) -> Tensor:
    """:func:`as_tensor`, or a copy if asked for; with ``requires_grad=False`` outside the graph of ``obj``."""
    if copy is False:
        _refuse_copies(obj, dtype)
    if isinstance(obj, bytearray | memoryview):
        return _of_buffer(obj, dtype, bool(copy), requires_grad)
    result = as_tensor(obj, dtype, device)
    if copy and result is obj:
        result = OPS["clone"](obj)
    elif copy and isinstance(obj, np.ndarray):
        result = made("as_tensor", result._array.copy(), False, {"data": obj})
    if result.requires_grad:
        if requires_grad is None:
            warn_once(_ASARRAY)
        return result.detach() if requires_grad is False else result
    if requires_grad:
        result._requires_grad = True
    return result


def _of_buffer(obj: Any, dtype: Dtype | None, copied: bool, requires_grad: bool | None) -> Tensor:
    """What lies in a buffer, read as numbers of the dtype."""
    kind = dtypes.default_floating() if dtype is None else dtype
    array = np.frombuffer(obj, kind.numpy)
    return made("as_tensor", array.copy() if copied else array, bool(requires_grad), {"data": obj})


def _refuse_copies(obj: Any, dtype: Dtype | None) -> None:
    """Raises ValueError or RuntimeError for what a tensor cannot share the memory of."""
    if isinstance(obj, np.generic):
        raise RuntimeError("can't alias NumPy scalars. Either remove copy=False or transform it in a ndarray. ")
    if isinstance(obj, Tensor | np.ndarray):
        have = obj.dtype if isinstance(obj, Tensor) else dtypes.of(obj)
        if dtype not in (None, have):
            names = [kind.legacy_name.removesuffix("Tensor") for kind in (have, dtype)]
            raise ValueError("can't alias tensor with dtype '{}' into dtype '{}'.".format(*names))
    elif not isinstance(obj, bytearray | memoryview):
        raise ValueError("can't alias arbitrary sequence into a tensor.")


@public(method=False)
def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, **rest: Any) -> Tensor:
    """One number as a tensor without dimensions, of the default floating type unless a dtype is given."""
    kind = options("scalar_tensor", dtype, device, **rest)
    return made("tensor", np.asarray(s, dtype=kind), requires_grad, {"data": s})
