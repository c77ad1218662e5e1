"""The numbers of a notebook's cells, In [n], for whoever runs cells or writes of them. The standard library alone."""

from __future__ import annotations

from collections.abc import Iterable


def numbers_of(counts: Iterable[int | None]) -> list[int]:
    """The number of each cell: the one that it came with, else one more than that of the cell before."""
    numbers: list[int] = []
    for count in counts:
        numbers.append((numbers[-1] if numbers else 0) + 1 if count is None else count)
    return numbers
