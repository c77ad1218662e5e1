"""Numbers as PyTorch prints them, and short enough for a card or a sentence: ``0.8776``, ``[0, 1, 4, 9]``, ``1.2e-05``.

``frontend/src/core/format.ts`` writes the same on the page.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from math import isfinite, isinf, isnan, prod

from gradwalk.document.values import Numbers

PRECISION = 4
"""Decimals at most, as PyTorch's default precision."""

SMALL, LARGE = 1e-4, 1e8
"""Where PyTorch goes over to scientific notation."""

_LAST = Decimal(1).scaleb(-PRECISION)

BRIEF, CORNER = 6, 2
"""The largest matrix that a sentence writes out, and how much of a row stands for a larger one."""

Scalar = bool | int | float | complex | None


def scalar_text(number: Scalar) -> str:
    """One number; a missing one (the trace was cut short there) is ``?``.

    >>> [scalar_text(x) for x in (0.87758, 3.0, -0.0, 0.03125, 0.09375, 1.234e-5, True, None)]
    ['0.8776', '3', '-0', '0.0312', '0.0938', '1.234e-05', 'True', '?']
    """
    if number is None:
        return "?"
    if isinstance(number, bool):
        return str(number)
    if isinstance(number, complex):
        return _complex_text(number)
    if isnan(number):
        return "nan"
    if isinf(number):
        return "inf" if number > 0 else "-inf"
    if number == 0:
        return "-0" if str(number).startswith("-") else "0"
    if SMALL <= abs(number) < LARGE:
        return _trimmed(f"{Decimal(number).quantize(_LAST, ROUND_HALF_EVEN):f}")
    exact = Decimal(number)
    exponent = exact.adjusted()
    mantissa = exact.scaleb(-exponent).quantize(_LAST.scaleb(1), ROUND_HALF_UP)
    if abs(mantissa) >= 10:
        mantissa, exponent = mantissa / 10, exponent + 1
    sign = "-" if exponent < 0 else "+"
    return f"{_trimmed(f'{mantissa:f}')}e{sign}{abs(exponent):02}"


def _complex_text(number: complex) -> str:
    """``1+2i``.

    >>> [scalar_text(x) for x in (1 + 2j, -0.5j, complex(1, float("nan")))]
    ['1+2i', '-0-0.5i', '1+nani']
    """
    imaginary = scalar_text(number.imag)
    return f"{scalar_text(number.real)}{'' if imaginary.startswith('-') else '+'}{imaginary}i"


def numbers_text(numbers: Numbers, limit: int = 6) -> str:
    """``[0, 1, 4, 9]``, ``[[1, 2], [3, 4]]``; rows longer than ``limit`` keep their ends: ``[0, 1, 2, …, 99]``."""
    return _bracket(numbers, 0, 0, limit)


def brief_text(numbers: Numbers) -> str:
    """As :func:`numbers_text`; of a matrix too large for a sentence its corner: ``[[0.5, -1, …], …]``. Of more axes
    than two the ends of all numbers, and the shape: ``[0.5, -1, …, 3] (2×3×4)``."""
    shape = numbers.shape
    if len(shape) < 2 or prod(shape) <= BRIEF:
        return numbers_text(numbers)
    if len(shape) > 2:
        return f"{numbers_text(Numbers([prod(shape)], numbers.dtype, numbers.data), 4)} ({'×'.join(map(str, shape))})"
    rows, columns = shape
    first = [scalar_text(_item(numbers, i)) for i in range(min(columns, CORNER))]
    if columns > CORNER:
        first.append("…")
    return f"[[{', '.join(first)}]{', …' if rows > 1 else ''}]"


def shape_text(shape: list[int]) -> str:
    """``[2, 3]``."""
    return f"[{', '.join(map(str, shape))}]"


def scale_text(numbers: Numbers) -> str:
    """``±3.84``: how far from zero the finite numbers go, in three digits."""
    sizes = [float(abs(x)) for x in numbers.data if x is not None and isfinite(abs(x))]
    return f"±{scalar_text(float(f'{max(sizes, default=0.0):.3g}'))}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _item(numbers: Numbers, position: int) -> Scalar:
    return numbers.data[position] if position < len(numbers.data) else None


def _bracket(numbers: Numbers, axis: int, start: int, limit: int) -> str:
    shape = numbers.shape
    if axis == len(shape):
        return scalar_text(_item(numbers, start))
    size, stride = shape[axis], prod(shape[axis + 1 :])

    def part(i: int) -> str:
        return _bracket(numbers, axis + 1, start + i * stride, limit)

    room = limit if axis == len(shape) - 1 else min(limit, 4)
    head, tail = (size, 0) if size <= room else (max(1, room - 2), 1)
    parts = [part(i) for i in range(head)]
    if head + tail < size:
        parts.append("…")
        # The trace lists a large value's beginning only; then there is no end to show.
        if not numbers.complete:
            return f"[{', '.join(parts)}]"
    parts += [part(size - tail + i) for i in range(tail)]
    return f"[{', '.join(parts)}]"
