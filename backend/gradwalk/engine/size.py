"""``torch.Size``: a tuple of dimensions that prints its own way."""

from __future__ import annotations

from math import prod
from typing import Any, SupportsIndex, overload

from .written_in_c import WrittenInC, type_name


class Size(tuple[int, ...], metaclass=WrittenInC):
    """The shape of a tensor. Slices and sums of it are Sizes too."""

    __slots__ = ()
    __module__ = "torch"

    def __new__(cls, *dimensions: Any) -> Size:
        """Raises TypeError for what is not whole numbers."""
        if len(dimensions) > 1:
            raise TypeError(f"tuple expected at most 1 argument, got {len(dimensions)}")
        found = tuple(dimensions[0]) if dimensions else ()
        for position, n in enumerate(found):
            if type(n) is not int:
                if not hasattr(n, "__index__"):
                    raise TypeError(
                        f"torch.Size() takes an iterable of 'int' (item {position} is '{type(n).__name__}')"
                    )
                return super().__new__(cls, tuple(int(m.__index__()) for m in found))
        return super().__new__(cls, found)

    def numel(self) -> int:
        """How many elements a tensor of this shape has."""
        return prod(self)

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    @overload
    def __getitem__(self, key: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> Size: ...
    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return Size(found) if isinstance(key, slice) else found

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, tuple):
            turned = getattr(type(other), "__radd__", None)
            if turned is not None and (result := turned(other, self)) is not NotImplemented:
                return result
            raise TypeError(f"can only concatenate tuple (not {type_name(other)}) to torch.Size")
        return Size(super().__add__(other))

    def __radd__(self, other: Any) -> Any:
        if not isinstance(other, tuple):
            return NotImplemented
        return Size(tuple(other) + tuple(self))

    def __mul__(self, times: SupportsIndex) -> Size:
        return Size(super().__mul__(times))

    __rmul__ = __mul__
