"""``torch.Size``: a tuple of dimensions that prints its own way."""

from __future__ import annotations

from math import prod
from typing import Any, SupportsIndex, overload


class Size(tuple[int, ...]):
    """The shape of a tensor. Slices and sums of it are Sizes too."""

    __slots__ = ()
    __module__ = "torch"

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

    def __add__(self, other: tuple[int, ...]) -> Size:  # type: ignore[override]
        return Size(super().__add__(other))
