"""JSON in which an object says a thing twice: some readers take the first, some the last, so here neither is taken."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gradwalk.text import name


class Repeated(ValueError):
    """An object has the same key twice; the message says which."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object that these keys and values make, as `json.loads` wants to know it (``object_pairs_hook``)."""
    made = dict(pairs)
    if len(made) < len(pairs):
        ((key, times),) = Counter(key for key, _ in pairs).most_common(1)
        raise Repeated(f"an object has {name(key)!r} {'twice' if times == 2 else f'{times} times'}; give it once")
    return made
