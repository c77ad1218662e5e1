"""Named results: what ``max(dim=...)`` and its like return, printed as PyTorch prints it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from ..families import Table


class Named(tuple[Any, ...]):
    """A tuple whose items have names too."""

    __slots__ = ()
    _names: tuple[str, ...] = ()

    def __new__(cls, items: Sequence[Any]) -> Named:
        return super().__new__(cls, items)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"'torch.return_types.{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._names:
            raise AttributeError("readonly attribute")
        raise AttributeError(f"'torch.return_types.{type(self).__name__}' object has no attribute '{name}'")

    def __repr__(self) -> str:
        inside = ",\n".join(f"{name}={value!r}" for name, value in zip(self._names, self, strict=True))
        return f"{type(self).__module__}.{type(self).__name__}(\n{inside})"


RETURN_TYPES: Table[type[Named]] = Table("return_type")
"""``torch.return_types``, by name."""


def named(name: str, *names: str) -> type[Named]:
    """The return type of a function; one per function."""
    attributes: dict[str, Any] = {item: property(itemgetter(position)) for position, item in enumerate(names)}
    attributes |= {"__slots__": (), "_names": names, "__module__": "torch.return_types", "n_fields": len(names)}
    kind = RETURN_TYPES[name] = type(name, (Named,), attributes)
    return kind
