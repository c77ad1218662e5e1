"""What is said before numbers are written."""

from __future__ import annotations

from .dtypes import Array
from .modes import COMPLEX_NUMBERS, UNUSUAL
from .observe import observer


def about_to_write(memory: Array) -> None:
    """Say that these numbers are about to change; where there are complex ones, other memory may follow (mirrors)."""
    observer().about_to_change(None if COMPLEX_NUMBERS in UNUSUAL else memory)
