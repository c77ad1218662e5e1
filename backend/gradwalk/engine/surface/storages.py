"""Storages as a program sees them: a tensor's memory as bytes, and as of old as numbers of a dtype."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .. import dtypes
from ..device import CPU
from ..dtypes import Array
from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..observe import observer
from ..storage import Storage, address_of
from ..warn import warn_once
from ..written_in_c import WrittenInC

DEPRECATED = (
    "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage "
    "class. This should only matter to you if you are using storages directly.  To access UntypedStorage directly, "
    "use tensor.untyped_storage() instead of tensor.storage()"
)


def _memory(given: Any, kind: np.dtype[Any]) -> Storage:
    """Memory of its own: so many numbers, or these."""
    if isinstance(given, Storage):
        return given
    return Storage(np.empty(given, kind) if isinstance(given, int) else np.array([*given]).astype(kind))


class UntypedStorage:
    """What may be asked of a tensor's memory: its bytes."""

    __module__ = "torch.storage"
    device = CPU
    is_cuda = is_sparse = False

    def __init__(self, storage: Any = 0, *, device: Any = None) -> None:
        self._storage = _memory(storage, np.dtype(np.uint8))

    def nbytes(self) -> int:
        """Its size in bytes."""
        return int(self._storage.base.nbytes)

    size = __len__ = nbytes

    def element_size(self) -> int:
        """One: its elements are bytes."""
        return 1

    def data_ptr(self) -> int:
        """Its address."""
        return address_of(self._storage.base, self._storage)

    def tolist(self) -> list[int]:
        """Its bytes."""
        found: list[int] = self._numbers().tolist()
        return found

    def _numbers(self) -> Array:
        return self._storage.flat().view(np.uint8)

    def fill_(self, value: int) -> UntypedStorage:
        """Write a byte everywhere."""
        observer().about_to_change()
        self._numbers()[...] = value
        return self

    def copy_(self, source: UntypedStorage, non_blocking: bool = False) -> UntypedStorage:
        """Write the bytes of another."""
        observer().about_to_change()
        self._numbers()[...] = source._numbers()
        return self

    def clone(self) -> UntypedStorage:
        """The same bytes in memory of their own."""
        return UntypedStorage(Storage(self._numbers().copy()))

    def cpu(self) -> UntypedStorage:
        """Itself: it is in memory."""
        return self

    def type(self) -> str:
        """What it is called."""
        return "torch.storage.UntypedStorage"

    def is_shared(self) -> bool:
        """No other process sees it."""
        return False

    def is_pinned(self, device: Any = None) -> bool:
        """No GPU reads it."""
        return False

    def __getitem__(self, place: int) -> int:
        return int(self._numbers()[place])

    def __setitem__(self, place: Any, value: int) -> None:
        observer().about_to_change()
        self._numbers()[place] = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntypedStorage) and other._storage.base is self._storage.base

    def __hash__(self) -> int:
        return id(self._storage)

    def __repr__(self) -> str:
        lines = "".join(f" {byte}\n" for byte in self.tolist())
        return f"{lines}[torch.storage.UntypedStorage(device=cpu) of size {self.nbytes()}]"


class TypedStorage:
    """A tensor's memory as numbers of its dtype, as of old: so many, those of a sequence, or those of other memory."""

    __module__ = "torch.storage"
    device = CPU
    is_cuda = is_sparse = False

    def __init__(self, storage: Any = 0, *, dtype: Dtype | None = None, wrap_storage: Any = None,
                 device: Any = None) -> None:  # fmt: skip
        self.dtype = dtypes.default_floating() if dtype is None else dtype
        if not isinstance(storage, Storage):
            warn_once(DEPRECATED)
        self._storage = _memory(storage if wrap_storage is None else wrap_storage._storage, self.dtype.numpy)

    def _numbers(self) -> Array:
        return self._storage.flat().view(np.uint8).view(self.dtype.numpy)

    def untyped(self) -> UntypedStorage:
        """Its bytes."""
        return UntypedStorage(self._storage)

    def size(self) -> int:
        """How many numbers it holds."""
        return int(self._numbers().size)

    __len__ = size

    def nbytes(self) -> int:
        """Its size in bytes."""
        return int(self._storage.base.nbytes)

    def element_size(self) -> int:
        """The size of a number in bytes."""
        return self.dtype.itemsize

    def data_ptr(self) -> int:
        """Its address."""
        return self.untyped().data_ptr()

    def tolist(self) -> list[Any]:
        """Its numbers."""
        found: list[Any] = self._numbers().tolist()
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
        if not isinstance(place, int):
            raise RuntimeError(f"can't index a {type(self)} with {type(place)}")
        if not -len(self) <= place < len(self):
            raise IndexError(f"index {place} out of range for storage of size {len(self)}")
        return self._numbers()[place].item()

    def __setitem__(self, place: Any, value: Any) -> None:
        if not isinstance(place, int | slice):
            raise RuntimeError(f"can't index a {type(self)} with {type(place)}")
        observer().about_to_change()
        self._numbers()[place] = value

    def fill_(self, value: Any) -> TypedStorage:
        """Write a number everywhere."""
        self[:] = value
        return self

    def copy_(self, source: Any, non_blocking: bool = False) -> TypedStorage:
        """Write the numbers of another."""
        self[:] = source._numbers()
        return self

    def clone(self) -> TypedStorage:
        """The same numbers in memory of their own."""
        return self._as(self.dtype)

    def _as(self, dtype: Dtype) -> TypedStorage:
        return TypedStorage(Storage(self._numbers().astype(dtype.numpy)), dtype=dtype)

    def cpu(self) -> TypedStorage:
        """Itself: it is in memory."""
        return self

    def type(self, dtype: Any = None) -> Any:
        """What it is called; or its numbers in another dtype."""
        if dtype is None:
            return f"torch.{_legacy_name(self.dtype)}"
        return self._as(dtype)

    def is_shared(self) -> bool:
        """No other process sees it."""
        return False

    def is_pinned(self, device: Any = None) -> bool:
        """No GPU reads it."""
        return False

    def __repr__(self) -> str:
        lines = "".join(f" {number}\n" for number in self.tolist())
        return f"{lines}[torch.storage.TypedStorage(dtype={self.dtype}, device=cpu) of size {len(self)}]"


def _conversion(dtype: Dtype) -> Any:
    def convert(self: TypedStorage) -> TypedStorage:
        return self if self.dtype is dtype else self._as(dtype)

    convert.__doc__ = f"Its numbers as {dtype}."
    return convert


for _name, _dtype in (
    ("bool", dtypes.bool_), ("byte", dtypes.uint8), ("char", dtypes.int8), ("short", dtypes.int16),
    ("int", dtypes.int32), ("long", dtypes.int64), ("half", dtypes.float16), ("float", dtypes.float32),
    ("double", dtypes.float64), ("bfloat16", dtypes.bfloat16),
):  # fmt: skip
    setattr(TypedStorage, _name, _conversion(_dtype))


def _legacy_name(dtype: Dtype) -> str:
    return dtype.legacy_name.replace("Tensor", "Storage")


class _Legacy(WrittenInC):
    """The class of classes that storages of a dtype had: what they make is a :class:`TypedStorage`."""

    dtype: Dtype

    def __instancecheck__(self, instance: object) -> bool:
        return type(instance) is TypedStorage and instance.dtype is self.dtype

    def __call__(self, *args: Any, wrap_storage: Any = None) -> Any:
        if len(args) + (wrap_storage is not None) > 1:
            raise RuntimeError(
                f"{self}.__new__ received an invalid combination of arguments. Expected one of:\n * no arguments\n"
                " * (int size)\n * (Sequence data)\n * (*, UntypedStorage wrap_storage)\n"
                "Too many positional arguments"
            )
        if args and isinstance(args[0], str):
            raise TypeError("new(): invalid data type 'str'")
        return TypedStorage(*args, dtype=self.dtype, wrap_storage=wrap_storage)

    def __repr__(self) -> str:
        return f"<class '{self.path}'>"


LEGACY: dict[str, Any] = {
    _legacy_name(x): _Legacy(_legacy_name(x), (), {"__module__": "torch", "dtype": x})
    for x in (*dtypes.ALL, *dtypes.OF_COMPLEX)
    if x.name != "complex32"
}
"""``torch.FloatStorage`` and its sisters, by name."""
globals().update(LEGACY)


def legacy_class(dtype: Dtype) -> Any:
    """The class that storages of a dtype had."""
    return LEGACY[_legacy_name(dtype)]
