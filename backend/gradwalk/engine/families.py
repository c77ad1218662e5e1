"""Which module declares what: ops, functions of formulas and public names come in families, which are loaded when one
of their names is asked for. Most programs use few of them.

``families.txt`` says for each family and table which names it has; ``make families`` writes it from the declarations.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView
from importlib import import_module
from typing import Any, TypeVar

from .home import lines_of

V = TypeVar("V")


def _recorded() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in lines_of("families.txt"):
        table, family, *names = line.split()
        found.setdefault(table, {}).update(dict.fromkeys(names, family))
    return found


_FAMILIES = _recorded()
"""By table and name, the module of the family."""


def load(kind: str) -> None:
    """Have all families there that have names in a table."""
    for family in dict.fromkeys(_FAMILIES.get(kind, {}).values()):
        import_module(f".{family}", __package__)


class Table(dict[str, V]):
    """What families declare, by name. Who asks for a name has its family loaded; who goes through all names, all."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._family = _FAMILIES.get(kind, {})

    def declared(self) -> Iterable[str]:
        """All names; nothing is loaded for that."""
        return {**self._family, **dict.fromkeys(super().keys())}

    def is_loaded(self, name: str) -> bool:
        """Whether the name is there without its family being loaded."""
        return super().__contains__(name)

    def __missing__(self, name: str) -> V:
        import_module(f".{self._family[name]}", __package__)  # raises KeyError for what nobody declares
        if not self.is_loaded(name):
            raise KeyError(name)
        return self[name]

    def get(self, name: str, default: Any = None, /) -> Any:
        """What the name stands for, whether or not its family has been loaded."""
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._family

    def __len__(self) -> int:
        load(self.kind)
        return super().__len__()

    def __iter__(self) -> Iterator[str]:
        load(self.kind)
        return super().__iter__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """All names."""
        load(self.kind)
        return super().keys()

    def values(self) -> ValuesView[V]:  # type: ignore[override]
        """What all names stand for."""
        load(self.kind)
        return super().values()

    def items(self) -> ItemsView[str, V]:  # type: ignore[override]
        """All names, and what they stand for."""
        load(self.kind)
        return super().items()
