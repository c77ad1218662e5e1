"""Compares the facts of one case with what was seen: every difference is one readable line that says what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.oracle.opdb.portable import as_array

TOLERANCES = {
    "float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7),
    "complex64": (1.3e-6, 1e-5), "complex128": (1e-7, 1e-7),
}  # fmt: skip
"""Relative and absolute: those of PyTorch's own `assertEqual`."""
CHAINED = 2.5e-5
"""Absolute, for float32 gradients through a module, as a part of the largest number or of 1."""
COUNTED = ("error", "result", "changed", "graph", "grads", "second", "repr", "state", "schedulers")
"""What a case must agree in to be counted; strides, saved tensors and warnings are counted on their own."""


def differences(case: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """Where what was seen departs from PyTorch, one line a fact; those that begin with `also` are counted apart."""
    facts = case["facts"]
    if "error" in facts or "error" in seen or "died" in seen:
        return _errors(facts, seen)
    found: list[str] = []
    values = not case.get("uninitialised")
    for name in COUNTED[1:]:
        found += _structures(name, facts.get(name), seen.get(name), values, chained="kind" in case and name == "grads")
    found += [f"also {line}" for line in _strides(facts["result"], seen.get("result"))]
    for name in ("saved", "warnings"):
        if facts.get(name) != seen.get(name):
            found.append(f"also {name}: expected {facts.get(name)}, got {seen.get(name)}")
    return found


def _errors(facts: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    if "died" in seen:
        return [f"died: {seen['died']}"]
    expected, actual = (": ".join(side["error"]) if "error" in side else "a result" for side in (facts, seen))
    return [] if expected == actual else [f"error: expected {expected!r}, got {actual!r}"]


def _structures(path: str, expected: Any, actual: Any, values: bool, chained: bool = False) -> Iterator[str]:
    if isinstance(expected, dict) and "data" in expected and isinstance(actual, dict) and "data" in actual:
        yield from _tensors(path, expected, actual, values, chained)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _structures(f"{path}[{index}]", one, other, values, chained)
    elif isinstance(expected, dict) and isinstance(actual, dict) and expected.keys() == actual.keys():
        for key in expected:
            yield from _structures(f"{path}.{key}", expected[key], actual[key], values, chained)
    elif not _same(expected, actual):
        yield f"{path}: expected {_short(expected)}, got {_short(actual)}"


def _tensors(path: str, expected: dict[str, Any], actual: dict[str, Any], values: bool, chained: bool) -> Iterator[str]:
    for key in ("dtype", "shape", "requires_grad", "is_input"):
        if expected.get(key) != actual.get(key):
            yield f"{path}: {key} expected {expected.get(key)}, got {actual.get(key)}"
            return
    if not values:
        return
    one, other = (as_array({k: v for k, v in side.items() if k != "stride"}) for side in (expected, actual))
    relative, absolute = TOLERANCES.get(expected["dtype"], (0, 0))
    with np.errstate(all="ignore"):
        if chained and one.size and expected["dtype"] == "float32":
            # a module's gradients are sums through many operations: what cancels leaves the rounding of what was summed
            absolute = CHAINED * max(1.0, float(np.nanmax(np.abs(one))))
        wide = np.complex128 if one.dtype.kind == "c" else np.float64
        close = np.isclose(other.astype(wide), one.astype(wide), relative, absolute, equal_nan=True)
        if one.dtype.kind in "iu":
            close = one == other
    if not close.all():
        at = tuple(int(i) for i in np.argwhere(~close)[0])
        yield f"{path}: at {list(at)} expected {one[at]}, got {other[at]} ({np.sum(~close)} of {close.size} differ)"


def _strides(expected: Any, actual: Any) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        if expected.get("stride") != actual.get("stride"):
            yield f"stride: expected {expected.get('stride', 'contiguous')}, got {actual.get('stride', 'contiguous')}"
        yield from _strides(expected.get("items"), actual.get("items"))
    elif isinstance(expected, list) and isinstance(actual, list):
        for one, other in zip(expected, actual, strict=False):
            yield from _strides(one, other)


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, float) and isinstance(actual, float):
        return bool(np.isclose(actual, expected, *TOLERANCES["float32"], equal_nan=True))
    return type(expected) is type(actual) and bool(expected == actual)


def _short(value: Any) -> str:
    if isinstance(value, dict) and "data" in value:
        return f"{value['dtype']}{value['shape']}"
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + " ..."
