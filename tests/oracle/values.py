"""Any value as one line of text that loses nothing, and the comparison of two such lines.

A tensor reads `float32(2, 2) 1.0 2.0 3.0 4.0 <MulBackward0>`: dtype, shape, all its numbers with as many digits as tell
them apart, and how it hangs in the graph. The same functions describe PyTorch's tensors and the engine's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

SHOWN = 400
"""Numbers written for one tensor; of a longer one the first, which tells as much in a test."""

NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf|nan)(?![\w.])")
PRINTED = re.compile(r"(?<![\w.])-?(?:\d+\.\d*(?:e[+-]?\d+)?|inf|nan)")
"""Numbers with a point as tensors print them; whole ones are words."""
LAST_PRINTED = 1.1e-4
"""The last of the digits that tensors print."""
RELATIVE = {
    "float16": 2e-3, "bfloat16": 2e-2, "float32": 1e-6, "float64": 1e-13, "complex64": 1e-6, "complex128": 1e-13,
}  # fmt: skip
"""A few units in the last place: numpy and PyTorch add up in different orders."""


def describe(value: Any) -> str:
    """One line for a tensor, a number, None, or a sequence of them."""
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(describe, value))})"
    if not hasattr(value, "requires_grad"):
        return repr(value)
    dtype = str(value.dtype).removeprefix("torch.")
    shape = ", ".join(str(int(n)) for n in value.shape)
    numbers = [_digits(number, dtype) for number in _flat(value.detach().clone().tolist())]
    rest = [f"... ({len(numbers)} in all)"] if len(numbers) > SHOWN else []
    return " ".join([f"{dtype}({shape})", *numbers[:SHOWN], *rest, *_place_in_graph(value)])


def agree(expected: str, actual: str, leeway: float = 1, least: float = 0) -> bool:
    """Whether two descriptions are equal, floats within a few units in the last place of their dtype (times leeway).

    ``least``: what they may differ by relative to the largest in any case.
    """
    if expected == actual:
        return True
    if NUMBER.sub("#", expected) != NUMBER.sub("#", actual):
        return False
    dtypes = [name for name in RELATIVE if f"{name}(" in expected]
    tolerance = max(leeway * max((RELATIVE[name] for name in dtypes), default=0.0), least)
    pairs = list(zip(NUMBER.findall(expected), NUMBER.findall(actual), strict=True))
    largest = max((abs(float(a)) for a, _ in pairs if _is_float(a) and math.isfinite(float(a))), default=0.0)
    if leeway > 1:
        largest = max(largest, 1.0)  # what a program computes with is about 1: less is left over by cancellation
    return all(a == b or (_is_float(a) and _close(float(a), float(b), tolerance, largest)) for a, b in pairs)


def read_alike(expected: str, actual: str, tolerance: float) -> bool:
    """Whether two printed texts have the same words, and numbers that roundings can have made of one another."""
    one, other = ("".join(PRINTED.sub("#", text).split()) for text in (expected, actual))
    pairs = zip(PRINTED.findall(expected), PRINTED.findall(actual), strict=True) if one == other else ()
    last = max(tolerance, LAST_PRINTED)
    return one == other and all(
        a == b or math.isclose(float(a), float(b), rel_tol=last, abs_tol=last) for a, b in pairs
    )


def _close(a: float, b: float, relative: float, scale: float) -> bool:
    if math.isnan(a) and math.isnan(b):
        return True
    return math.isclose(a, b, rel_tol=relative, abs_tol=relative * scale)


def _is_float(text: str) -> bool:
    return not text.lstrip("-").isdigit()


def _flat(nested: Any) -> Iterator[Any]:
    if isinstance(nested, list):
        for item in nested:
            yield from _flat(item)
    else:
        yield nested


def _digits(number: Any, dtype: str) -> str:
    """The shortest text that reads back as the same number of that dtype."""
    if isinstance(number, complex):
        part = "float32" if dtype == "complex64" else "float64"
        return f"{_digits(number.real, part)} {_digits(number.imag, part)}"
    if dtype == "float32":
        with np.errstate(over="ignore"):
            return str(np.float32(number))
    return str(number)


def _place_in_graph(tensor: Any) -> list[str]:
    if not tensor.requires_grad:
        return []
    return ["requires_grad"] if tensor.grad_fn is None else [f"<{tensor.grad_fn.name()}>"]
