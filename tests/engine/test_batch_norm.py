"""The sums of batch normalisation in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

import numpy as np
import pytest

from gradwalk.engine import batch_norm
from gradwalk.engine.core import CORE
from gradwalk.engine.dtypes import Array


def numbers(*shape: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(0.5, 2, shape).astype(np.float32)


@pytest.mark.core
@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (3, 7), (40, 16), (9, 27)])
def test_the_core_adds_up_rows_as_its_python_does(shape: tuple[int, int]) -> None:
    assert CORE is not None
    x, y, mean = numbers(*shape, seed=0), numbers(*shape, seed=1), numbers(shape[1], seed=2)
    for other in (y, None):
        expected = batch_norm._products_of_rows(x, mean, other)
        np.testing.assert_array_equal(CORE.products_of_rows(x, mean, other), expected, strict=True)


@pytest.mark.core
@pytest.mark.parametrize("pixels", [1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 100])
def test_the_core_adds_up_images_as_its_python_does(pixels: int) -> None:
    assert CORE is not None
    x, y, mean = numbers(3, 5, pixels, seed=0), numbers(3, 5, pixels, seed=1), numbers(5, seed=2)
    np.testing.assert_array_equal(
        CORE.sums_of_images(x, mean, y), batch_norm._sums_of_images(x, mean, y), strict=True
    )
    np.testing.assert_array_equal(
        CORE.sums_of_images(None, None, y), batch_norm._sums_of_images(None, None, y), strict=True
    )


@pytest.mark.core
def test_the_core_refuses_what_does_not_lie_in_rows_or_fit() -> None:
    assert CORE is not None
    x, mean = numbers(4, 6, seed=0), numbers(6, seed=1)
    for operands in ((x.T, mean, None), (x, mean[:5], None), (x, mean, x[:3]), (x.astype(np.float64), mean, None)):
        with pytest.raises((TypeError, ValueError), match="arrays"):
            CORE.products_of_rows(*operands)
    with pytest.raises(TypeError, match="float32 that lie in rows"):
        CORE.sums_of_images(None, None, x)
