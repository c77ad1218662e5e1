"""Which index a thing of the engine has in the trace: a number that the thing itself carries.

Tensors compare element by element and live as long as the snippet lets them, so no table could hold them cheaply. The
engine gives each of them a place for one number (``mark``). Every recorder has a range of numbers of its own: what an
earlier one has marked is new to the next.
"""

from __future__ import annotations

from itertools import count

UNMARKED = -1
ROOM = 1 << 40
"""How many numbers a recorder has: more than anybody can use."""

_ranges = count(0, ROOM)


def new_range() -> int:
    """The first number of a range that nobody else has: thing ``index`` of a list is marked with this plus ``index``,
    and known if its mark less this is between 0 and :data:`ROOM`."""
    return next(_ranges)
