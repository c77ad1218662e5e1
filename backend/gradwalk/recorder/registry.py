"""Which index an object has in the trace, for as long as the object lives.

Tensors compare element by element and live as long as the snippet lets them, so the table goes by identity and
forgets an
object with its last reference; an identity that Python uses again is a new object.
"""

from __future__ import annotations

import weakref
from typing import Any


class Registry:
    """Indices by object identity."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[int, weakref.ref[Any]]] = {}

    def get(self, thing: Any) -> int | None:
        """The index of an object; None if it is not known."""
        entry = self._entries.get(id(thing))
        return None if entry is None else entry[0]

    def add(self, thing: Any, index: int) -> None:
        """Remember an object's index."""
        identity, entries = id(thing), self._entries

        def forget(reference: weakref.ref[Any]) -> None:
            entry = entries.get(identity)
            if entry is not None and entry[1] is reference:
                del entries[identity]

        entries[identity] = (index, weakref.ref(thing, forget))

    def drop(self, thing: Any) -> None:
        """Forget an object's index: from now on it is another thing."""
        self._entries.pop(id(thing), None)
