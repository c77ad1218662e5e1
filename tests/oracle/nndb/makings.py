"""Remembers with what PyTorch's modules and schedulers were made, so that they can be made elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from tests.oracle.opdb.portable import Making


class Makings:
    """The calls that made instances of the classes that are watched."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, Making]] = {}
        self._paths: dict[type, str] = {}

    def watch(self, classes: Iterable[tuple[str, type]]) -> None:
        """From now on instances of these classes, given by the paths they have in `torch`, are remembered."""
        for path, kind in classes:
            if "__init__" in vars(kind):
                self._wrap(kind)
            self._paths[kind] = path

    def _wrap(self, kind: Any) -> None:
        original = kind.__init__

        @functools.wraps(original)
        def init(instance: Any, *args: Any, **kwargs: Any) -> None:
            # A subclass's initialiser comes first, and it has what the user wrote.
            if id(instance) not in self._made and type(instance) in self._paths:
                self._made[id(instance)] = instance, Making(self._paths[type(instance)], args, kwargs)
            original(instance, *args, **kwargs)

        kind.__init__ = init

    def find(self, value: Any) -> Making | None:
        """How a value was made, if it was watched."""
        found = self._made.get(id(value))
        return found[1] if found and found[0] is value else None
