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
