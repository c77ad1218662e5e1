"""Zeros where a condition holds: the same numbers to the bit, however many they are and however they lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradwalk.engine.functions.masks import zero_where

SHAPES: list[tuple[int, ...]] = [(7,), (3000,), (40, 50), (2, 30, 40), (1001, 1)]


def given(shape: tuple[int, ...], kind: Any) -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    x = random.standard_normal(shape).astype(kind)
    x.reshape(-1)[:5] = np.nan, np.inf, -np.inf, -0.0, np.finfo(kind).smallest_subnormal
    condition = random.random(shape) < 0.5
    condition.reshape(-1)[:5] = False, True, False, False, False
    return x, condition


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_stays_keeps_its_bits_and_the_rest_is_zero(shape: tuple[int, ...], kind: Any) -> None:
    x, condition = given(shape, kind)
    for of, where in ((x, condition), (x.T, condition.T), (x[::2], condition[::2]), (x, np.asfortranarray(condition))):
        before, found = of.tobytes(), zero_where(of, where)
        expected = of.copy()
        expected[where] = 0
        assert found.tobytes() == expected.tobytes()
        assert (found.dtype, found.shape, of.tobytes()) == (of.dtype, of.shape, before)


def test_a_condition_may_be_broadcast() -> None:
    x, _ = given((40, 50), np.float32)
    rows = np.arange(40)[:, None] % 2 == 0
    found = zero_where(x, rows)
    assert found[1::2].tobytes() == x[1::2].tobytes()
    assert not found[::2].any()
    assert zero_where(x, np.True_).tobytes() == bytes(x.nbytes)
