"""What there is to ask and say about dtypes, devices and storage; conversions by old names."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..device import check_device
from ..dtypes import dtype as Dtype  # noqa: N812 (``dtype`` is an argument's name here)
from ..legacy import construct
from ..promotion import common_dtype
from ..tensor import Tensor
from .registry import METHODS, public


@public(method=False)
def result_type(tensor1: Any, tensor2: Any) -> Dtype:
    """The dtype that two operands, tensors or numbers, are computed in together."""
    return common_dtype((tensor1, tensor2))


@public(method=False)
def promote_types(type1: Dtype, type2: Dtype) -> Dtype:
    """The smallest dtype that both convert to."""
    return dtypes.promote(type1, type2)


@public(method=False)
def can_cast(from_: Dtype, to: Dtype) -> bool:
    """Whether a conversion keeps the category: no floats to integers, no integers to booleans."""
    return from_.category <= to.category


@public(method=False)
def set_default_device(device: Any) -> None:
    """The CPU is the default and stays it."""
    check_device(device)


@public(method=False)
def get_default_device() -> Any:
    """The CPU."""
    from ..device import CPU

    return CPU


@public(method=False)
def set_default_tensor_type(t: Any) -> None:
    """The default floating dtype, by the name of an old class."""
    name = t.rpartition(".")[2] if isinstance(t, str) else t.__name__
    found = next((kind for kind in dtypes.ALL if kind.legacy_name == name), None)
    if found is None:
        raise TypeError(f"invalid type object: {t}")
    dtypes.set_default_floating(found)


@public(method=False)
def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not zero."""
    return bool(input)


@public(method=False)
def is_complex(input: Tensor) -> bool:
    """Never: Gradwalk has no complex tensors."""
    return False


@public(method=False)
def is_storage(obj: object) -> bool:
    """Never: storages are not objects here."""
    return False


@public(method=False)
def typename(obj: object) -> str:
    """The name of an object's type; for a tensor the old one."""
    if isinstance(obj, Tensor):
        return f"torch.{obj.dtype.legacy_name}"
    kind = type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _refused(name: str, words: str) -> None:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(words)

    method.__name__ = name
    METHODS[name] = method


def _cuda(self: Tensor, *args: Any, **kwargs: Any) -> Any:
    raise AssertionError("Torch not compiled with CUDA enabled")


class layout:  # noqa: N801 (the name is PyTorch's)
    """How elements lie in memory: always ``torch.strided``."""

    __module__ = "torch"

    def __repr__(self) -> str:
        return "torch.strided"


STRIDED = layout()


class _UntypedStorage:
    """What may be asked of a tensor's memory."""

    def __init__(self, tensor: Tensor) -> None:
        self._storage = tensor._storage

    def nbytes(self) -> int:
        """Its size in bytes."""
        return int(self._storage.base.nbytes)

    def data_ptr(self) -> int:
        """Its address."""
        address: int = self._storage.base.__array_interface__["data"][0]
        return address

    def __len__(self) -> int:
        return self.nbytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _UntypedStorage) and other._storage is self._storage

    def __hash__(self) -> int:
        return id(self._storage)


METHODS["untyped_storage"] = lambda self: _UntypedStorage(self)
METHODS["layout"] = property(lambda self: STRIDED)  # type: ignore[assignment]
METHODS["cuda"] = _cuda
for _name in ("is_mps", "is_xpu", "is_meta", "is_sparse", "is_quantized", "is_mkldnn", "is_nested"):
    METHODS[_name] = property(lambda self: False)  # type: ignore[assignment]
METHODS["is_cpu"] = property(lambda self: True)  # type: ignore[assignment]
METHODS["is_complex"] = lambda self: False
METHODS["is_signed"] = lambda self: self.dtype.is_signed
METHODS["get_device"] = lambda self: -1
METHODS["is_conj"] = METHODS["is_neg"] = METHODS["is_pinned"] = METHODS["is_shared"] = lambda self: False
METHODS["is_same_size"] = lambda self, other: tuple(self.shape) == tuple(other.shape)
METHODS["new"] = lambda self, *arguments: construct(self.dtype, arguments)
for _name in ("bfloat16", "cfloat", "cdouble", "chalf"):
    _refused(_name, f"Gradwalk has no {_name}: numpy cannot carry it. Use .float() or .half().")
for _name in ("to_sparse", "coalesce", "sparse_mask"):
    _refused(_name, "Gradwalk has no sparse tensors; keep the tensor as it is.")


@public(function=False)
def is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Whether two tensors are the same view of the same storage."""
    same = self._storage is tensor._storage and self._array.strides == tensor._array.strides
    return same and np.shares_memory(self._array, tensor._array) and self.shape == tensor.shape


@public(function=False)
def resize_(self: Tensor, *sizes: Any, memory_format: Any = None) -> Tensor:
    """Another shape for the same storage; grown with zeros."""
    from .sizes import sizes_of

    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    shape = sizes_of(sizes)
    fresh = np.zeros(int(np.prod(shape)), self._array.dtype)
    flat = self._array.reshape(-1)[: fresh.size]
    fresh[: flat.size] = flat
    self._array = fresh.reshape(shape)
    self._storage = type(self._storage)(self._array)
    return self
