"""Which module declares what: ops, functions of formulas and public names come in families, which are loaded when one
of their names is asked for. Most programs use few of them.

``families.txt`` says for each family and table which names it has; ``make families`` writes it from the declarations.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, ValuesView
from importlib import import_module
from itertools import chain
from typing import Any, TypeVar

from .home import lines_of

V = TypeVar("V")


def _recorded() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in lines_of("families.txt"):
        table, family, names = line.split(" ", 2)
        found.setdefault(table, {})[family] = names
    return found


_FAMILIES = _recorded()
"""By table and module of a family the names that it declares, in a text: taken apart they are objects by the thousand,
and most programs ask for few."""


_TABLES: dict[str, Table[Any]] = {}
"""By what they hold."""


def load(kind: str) -> None:
    """Have all there that families declare in a table."""
    for family in _FAMILIES.get(kind, ()):
        import_module(f".{family}", __package__)
    if kind in _TABLES:
        _TABLES[kind].make_all()


def load_all() -> None:
    """Have all families there, and all that they declare."""
    for kind in _FAMILIES:
        load(kind)


class Table(dict[str, V]):
    """What families declare, by name. Who asks for a name has its family loaded; who goes through all names, all."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._families = _FAMILIES.get(kind, {})
        self._makers: dict[str, Callable[[], V]] = {}
        _TABLES[kind] = self

    def declare(self, name: str, make: Callable[[], V]) -> None:
        """What the name stands for is made for the first who asks: of a family's names a program uses few, too."""
        self.pop(name, None)
        self._makers[name] = make

    def make_all(self) -> None:
        """Make what nobody has asked for yet."""
        for name in [*self._makers]:
            self[name]
        self._makers.clear()

    def declared(self) -> Iterable[str]:
        """All names; nothing is loaded for that."""
        recorded = chain.from_iterable(names.split() for names in self._families.values())
        return dict.fromkeys((*recorded, *super().keys(), *self._makers))

    def is_loaded(self, name: str) -> bool:
        """Whether the name is there without its family being loaded."""
        return super().__contains__(name) or name in self._makers

    def _family(self, name: object) -> str | None:
        """The module of the family that declares a name; None if none does."""
        for family, names in self._families.items():
            if isinstance(name, str) and name in names and name in names.split():
                return family
        return None

    def __missing__(self, name: str) -> V:
        if name not in self._makers:
            family = self._family(name)
            if family is not None:
                import_module(f".{family}", __package__)
            if not self.is_loaded(name):
                raise KeyError(name)
        make = self._makers.get(name)  # another thread may have made it meanwhile
        if make is not None and not super().__contains__(name):
            self[name] = make()
        self._makers.pop(name, None)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None, /) -> Any:
        """What the name stands for, whether or not its family has been loaded."""
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._makers or self._family(name) is not None

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
