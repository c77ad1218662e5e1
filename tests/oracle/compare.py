"""Compares a record with the fact field by field; every difference is one readable line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.oracle.values import agree, read_alike

ONLY_IN_FACTS = {"text"}
"""Laid out by the notebook, not by the engine."""


def differences(expected: Any, actual: Any, leeway: float = 1, least: float = 0) -> list[str]:
    """Where a record departs from the fact: `path: expected ..., got ...`.

    `leeway` widens what floats may differ by: a long program adds up its roundings, which may also show where a number
    is printed (`1.0000` for `1.`). `least` is what they may differ by
    in any dtype: where one computes in float32, its roundings show in float64 too.
    """
    return list(_differences("", expected, actual, leeway, least))


def _differences(path: str, expected: Any, actual: Any, leeway: float, least: float) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in [*expected, *(key for key in actual if key not in expected)]:
            if key not in ONLY_IN_FACTS:
                yield from _differences(f"{path}.{key}", expected.get(key), actual.get(key), leeway, least)
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            one, other = (side[index] if index < len(side) else None for side in (expected, actual))
            yield from _differences(f"{path}[{index}]", one, other, leeway, least)
    elif not _equal(path, expected, actual, leeway, least):
        yield f"{path.lstrip('.') or 'record'}: expected {expected!r}, got {actual!r}"


def _equal(path: str, expected: Any, actual: Any, leeway: float, least: float) -> bool:
    """Numbers may differ in the last place, save where they are text that a person reads."""
    if expected == actual:
        return True
    if not (isinstance(expected, str) and isinstance(actual, str)):
        return False
    read = (".stdout", ".error", ".warnings", ".echo")
    if any(field in path for field in read):
        return leeway > 1 and read_alike(expected, actual, leeway * 1e-6)
    return agree(expected, actual, leeway, least)
