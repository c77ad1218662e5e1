"""Sums with products are rounded once, in the compiled core as in Python."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import fused

SUMMANDS: dict[str, Any] = {
    "rows": np.linspace(-2, 3, 700, dtype=np.float32).reshape(7, 100),
    "columns": np.linspace(-2, 3, 700, dtype=np.float32).reshape(100, 7).T,
    "row": np.linspace(-2, 3, 100, dtype=np.float32),
    "doubles": np.linspace(-2, 3, 700).reshape(7, 100),
    "number": np.float32(0.7),
    "none": np.zeros((7, 0), np.float32),
    "extremes": np.resize(np.array([3e38, -3e38, 1e-45, -0.0, np.inf], np.float32), (7, 100)),
}
TWOS = np.full((7, 100), np.float32(2))
FACTORS: list[Any] = [-0.1, 0.0, -0.0, 3, 1e-45, 1e300, np.float32(0.1), np.float64(0.1), TWOS]


@pytest.mark.core
@pytest.mark.parametrize("summand", SUMMANDS)
@pytest.mark.parametrize("x", SUMMANDS)
def test_the_core_gives_what_python_gives(summand: str, x: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def results() -> list[Any]:
        found: list[Any] = []
        for factor in FACTORS:
            try:
                with np.errstate(all="ignore"):
                    given = np.asarray(fused.plus_product(SUMMANDS[summand], SUMMANDS[x], factor))
            except ValueError as error:
                found.append(str(error))
            else:
                found.append((given.dtype, given.shape, given.strides, (given + 0).tobytes()))
        return found

    compiled = results()
    monkeypatch.setattr(fused, "CORE", None)
    assert compiled == results()


def test_each_result_is_the_exact_one_rounded() -> None:
    random = np.random.default_rng(0)
    summand, x = (random.standard_normal(500).astype(np.float32) for _ in range(2))
    factor = 0.1
    for got, a, b in zip(fused.plus_product(summand, x, factor), summand, x, strict=True):
        exact = Fraction(float(a)) + Fraction(float(b)) * Fraction(float(np.float32(factor)))
        assert got == np.float32(float(exact))


@pytest.mark.parametrize("size", [1, 60, 1040])
def test_arrays_of_doubles_are_rounded_once_however_large_or_small_they_are(size: int) -> None:
    random = np.random.default_rng(size)
    with np.errstate(all="ignore"):
        x, y, summand = (random.standard_normal(300) * 2.0 ** random.integers(-size, size, 300) for _ in range(3))
        summand[::3], summand[1::3] = (x * y)[::3] * -(1 + 2.0**-52), (x * y)[1::3] * 2.0**-54
    for got, *each in zip(fused.plus_products(summand, x, y), x, y, summand, strict=True):
        if np.isfinite(each).all():
            exact = Fraction(each[0]) * Fraction(each[1]) + Fraction(each[2])
            assert got == (float(exact) if abs(exact) < 2**1024 - 2**970 else (np.inf if exact > 0 else -np.inf))


def test_arrays_of_doubles_keep_zeros_signs_and_what_is_no_number() -> None:
    x, y = np.array([-0.0, 0.0, np.inf, np.inf, np.nan, 5e-324, -5e-324]), np.array([1.0, -1, 2, 0, 1, 0.25, 0.25])
    found = fused.plus_products(np.array([-0.0, 0, 1, 1, 1, 0, 0]), x, y)
    assert str(found.tolist()) == "[-0.0, 0.0, inf, nan, nan, 0.0, -0.0]"
