"""Public functions that can be made to look at their arguments first: for classes with ``__torch_function__``, and for
automatic mixed precision.

Until there is such a class, or it is turned on, no call looks, and none pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]
Look = Callable[[Function, Function], Function]


class _Door:
    """A public function, what it calls, and what puts another function in the place of that."""

    __slots__ = ("calls", "public", "rebind")

    def __init__(self, calls: Function, public: Function, rebind: Callable[[Function], None]) -> None:
        self.calls, self.public, self.rebind = calls, public, rebind

    def open(self, look: Look) -> None:
        """Have it call what ``look`` makes of what it calls."""
        found = look(self.calls, self.public)
        if found is not self.calls:
            self.calls = found
            self.rebind(found)


_DOORS: list[_Door] = []
_LOOKS: list[Look] = []
"""What makes ``f`` look first: ``look(f, public)``; or gives ``f`` itself."""


def door(f: Function, public: Function, rebind: Callable[[Function], None]) -> None:
    """Note that ``public`` calls ``f``, which ``rebind`` replaces."""
    public.is_door = public  # type: ignore[attr-defined]  # functools.wraps would copy a mere flag
    made = _Door(f, public, rebind)
    _DOORS.append(made)
    for look in _LOOKS:
        made.open(look)


def open_doors(look: Look) -> None:
    """From now on every public function looks so."""
    _LOOKS.append(look)
    for made in _DOORS:
        made.open(look)


def are_open(look: Look) -> bool:
    """Whether they look so already."""
    return look in _LOOKS
