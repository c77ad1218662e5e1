"""Which index an object has in the trace, for as long as the object lives.

Tensors compare element by element and live as long as the snippet lets them, so the table goes by identity and
forgets an
object with its last reference; an identity that Python uses again is a new object.
"""

from __future__ import annotations

import weakref
from typing import Any


class _Reference(weakref.ref[Any]):
    """A weak reference that knows whose it is."""

    __slots__ = ("identity", "index")
    identity: int
    index: int


class Registry:
    """Indices by object identity."""

    def __init__(self) -> None:
        self._entries: dict[int, _Reference] = {}
        entries = self._entries

        def forget(reference: weakref.ref[Any]) -> None:
            assert isinstance(reference, _Reference)
            if entries.get(reference.identity) is reference:
                del entries[reference.identity]

        self._forget = forget

    def get(self, thing: Any) -> int | None:
        """The index of an object; None if it is not known."""
        entry = self._entries.get(id(thing))
        return None if entry is None else entry.index

    def add(self, thing: Any, index: int) -> None:
        """Remember an object's index."""
        reference = _Reference(thing, self._forget)
        reference.identity = identity = id(thing)
        reference.index = index
        self._entries[identity] = reference

    def reference(self, thing: Any) -> weakref.ref[Any]:
        """The weak reference by which a known object is remembered."""
        return self._entries[id(thing)]

    def drop(self, thing: Any) -> None:
        """Forget an object's index: from now on it is another thing."""
        self._entries.pop(id(thing), None)
