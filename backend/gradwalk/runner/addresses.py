"""Addresses in what a snippet shows, numbered in order of appearance: where a process lies in memory is no result."""

from __future__ import annotations

import re

_ADDRESS = r"(?<= at )0x[0-9a-f]{8,16}\b"
_FIRST = 0x7F0000000000
_APART = 0x40


class Addresses:
    """The addresses of one run: the same one is always shown as the same."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def steady(self, text: str) -> str:
        """``text`` with what ``<object at 0x...>`` names replaced by what every run of the same code has there."""
        return re.sub(_ADDRESS, self._stand_in, text) if " at 0x" in text else text

    def _stand_in(self, found: re.Match[str]) -> str:
        return self._shown.setdefault(found[0], f"{_FIRST + _APART * (len(self._shown) + 1):#x}")
