"""The sums of batch normalisation in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

import numpy as np
import pytest

from gradwalk.engine.core import CORE
from gradwalk.engine.dtypes import Array
from gradwalk.engine.functions import batch_norm


def numbers(*shape: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(0.5, 2, shape).astype(np.float32)


@pytest.mark.core
@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (3, 7), (40, 16), (9, 27)])
def test_the_core_adds_up_rows_as_its_python_does(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert CORE is not None
    x, y, mean = numbers(*shape, seed=0), numbers(*shape, seed=1), numbers(shape[1], seed=2)
    found = [CORE.products_of_rows(x, mean, other) for other in (y, None)]
    monkeypatch.setattr(batch_norm, "CORE", None)
    expected = [batch_norm.products_of_rows(x, mean, other) for other in (y, None)]
    np.testing.assert_array_equal(found, expected, strict=True)


@pytest.mark.core
def test_the_core_leaves_to_python_what_does_not_lie_in_rows_or_fit() -> None:
    assert CORE is not None
    x, mean = numbers(4, 6, seed=0), numbers(6, seed=1)
    for operands in ((x.T, mean, None), (x, mean[:5], None), (x, mean, x[:3]), (x.astype(np.float64), mean, None)):
        assert CORE.products_of_rows(*operands) is None
