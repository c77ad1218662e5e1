"""Public functions that can be made to look at their arguments first: for classes with ``__torch_function__``.

Until there is such a class, no call looks, and none pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

_REBIND: list[Callable[[Function], None]] = []
"""For each public function, what puts another function in the place of the one it calls."""


class _State:
    look: Function | None = None
    """What makes ``f`` look first: ``look(f, public)``."""


def door(f: Function, public: Function, rebind: Callable[[Function], None]) -> None:
    """Note that ``public`` calls ``f``, which ``rebind`` replaces."""

    def open_(look: Function) -> None:
        rebind(look(f, public))

    public.is_door = public  # type: ignore[attr-defined]  # functools.wraps would copy a mere flag
    if _State.look is not None:
        open_(_State.look)
    else:
        _REBIND.append(open_)


def open_doors(look: Function) -> None:
    """From now on every public function looks."""
    _State.look = look
    for rebind in _REBIND:
        rebind(look)
    _REBIND.clear()


def are_open() -> bool:
    """Whether they look already."""
    return _State.look is not None
