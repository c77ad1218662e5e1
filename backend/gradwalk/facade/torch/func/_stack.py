"""Putting transforms under way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradwalk.engine.printing import WRITERS
from gradwalk.engine.transforms import STACK


@contextmanager
def under_way(*transforms: Any) -> Iterator[None]:
    """While these run: what is printed meanwhile shows what it is wrapped in."""
    from ._shown import shown

    height = len(STACK)
    STACK.extend(transforms)
    WRITERS.append(shown)
    try:
        yield
    finally:
        del STACK[height:]
        WRITERS.pop()
