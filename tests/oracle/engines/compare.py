"""What of two traces of one program differs, aspect by aspect."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from tests.oracle.engines.aspects import ASPECTS, Fact, Reading

CLOSE = 2e-5
"""How far numbers may lie apart, relative to the largest beside them: both engines sum up in orders of their own."""


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, str]:
    """By aspect, the first fact that is not the same: Gradwalk's, then PyTorch's."""
    if "died" in ours or "died" in theirs:
        return {"error": f"died: {ours.get('died')} / {theirs.get('died')}"}
    return apart(Reading(ours).facts, Reading(theirs).facts)


def apart(mine: Mapping[str, Sequence[Any]], real: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """The same for traces that have been taken apart."""
    found = {}
    for aspect in ASPECTS:
        for position, (a, b) in enumerate(zip_longest(mine[aspect], real[aspect])):
            if a is None or b is None or not _equal(a, b):
                found[aspect] = f"{position}: {_shown(a)}\n{' ' * 12}PyTorch: {_shown(b)}"
                break
    return found


def _shown(fact: Fact | None) -> str:
    if fact is None:
        return "nothing"
    words, numbers = fact
    return f"{words} {list(numbers[:6]) if numbers else ''}"


def _equal(a: Fact, b: Fact) -> bool:
    return a[0] == b[0] and close(a[1], b[1])


def close(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether two lists hold the same numbers, but for roundings."""
    if len(a) != len(b):
        return False
    largest = max((abs(x) for x in (*a, *b) if isinstance(x, int | float) and math.isfinite(x)), default=0.0)
    return all(x == y or _near(x, y, largest) for x, y in zip(a, b, strict=True))


def _near(x: Any, y: Any, largest: float) -> bool:
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return False
    return math.isfinite(x) and math.isfinite(y) and abs(x - y) <= CLOSE * max(largest, 1e-3)
