"""The addresses that nodes are shown with: each node has its own.

Where a node lies in memory is taken again by the next one as soon as it is gone, and when it goes depends on who still
looks at it, such as a recorder that has not written it down yet.
"""

from __future__ import annotations

from itertools import count
from weakref import WeakKeyDictionary

_FIRST = 0x5000_0000_0000
"""Where no process has anything."""

_APART = 0x40

_numbers = count()
_shown: WeakKeyDictionary[object, str] = WeakKeyDictionary()


def address(node: object) -> str:
    """The address of a node in hexadecimal, as ``hex(id(node))`` would be; no other node ever has the same."""
    known = _shown.get(node)
    if known is None:
        known = _shown[node] = f"{_FIRST + _APART * next(_numbers):#x}"
    return known
