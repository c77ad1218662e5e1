"""How deep backward passes may lie within each other.

In PyTorch each goes on in another thread when they get deep. Here they share one stack, of which each takes some 2 KiB,
and Python's limit on recursion, which is raised by what a pass takes as long as there is room.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from contextlib import nullcontext
from types import FrameType
from typing import Final

from .core import CORE

_CALLS_OF_C: Final = 450 if CORE is not None and sys.version_info[:2] == (3, 12) else None
"""Python 3.12 lets C call C no more than 1,500 times within each other, of which a pass of the core's takes three."""
_BYTES: Final = 3 << 10
"""What a pass may take of the stack, with what it runs of the user's."""
_USUAL: Final = 8 << 20
_MOST: Final = 100
"""Of so many calls at most between one pass and that within it the limit takes no notice."""
_TOO_DEEP: Final = (
    "maximum recursion depth exceeded: Gradwalk's backward passes lie within each other at most {0} deep, for they "
    "share one stack."
)


def _room() -> int:
    """How many passes the main thread's stack can hold."""
    if sys.platform != "linux":
        return 0
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_STACK)
    room = (_USUAL if limit == resource.RLIM_INFINITY else min(limit, _USUAL)) // _BYTES
    return min(room, _CALLS_OF_C or room)


_ROOM: Final = _room()
"""Asked at the beginning: a sandbox lets nobody ask."""


class within_another:  # noqa: N801 (a `with` block)
    """While a pass runs within another. Raises RecursionError where there is no room for it."""

    _depth = 0
    _frame: FrameType | None = None
    """Where the one around began."""

    def __enter__(self) -> None:
        cls = within_another
        self._limit, self._around = 0, cls._frame
        from threading import main_thread  # loaded here, for passes seldom lie within each other

        here = sys._getframe(1)
        if get_ident() == main_thread().ident and _ROOM:
            if cls._depth >= _ROOM:
                raise RecursionError(_TOO_DEEP.format(_ROOM))
            self._limit = sys.getrecursionlimit()
            sys.setrecursionlimit(self._limit + 2 * _calls_between(here, cls._frame))
        cls._depth, cls._frame = cls._depth + 1, here

    def __exit__(self, *error: object) -> None:
        cls = within_another
        cls._depth, cls._frame = cls._depth - 1, self._around
        if self._limit:
            sys.setrecursionlimit(self._limit)


def _calls_between(inner: FrameType, outer: FrameType | None) -> int:
    count, frame = 0, inner.f_back
    while frame is not None and frame is not outer and count < _MOST:
        count, frame = count + 1, frame.f_back
    return count


NOT_WITHIN: Final = nullcontext()
