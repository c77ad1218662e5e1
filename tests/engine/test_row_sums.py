"""Sums of rows in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

import numpy as np
import pytest

from gradwalk.engine.core import CORE
from gradwalk.engine.functions import row_sums


@pytest.mark.core
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 100])
def test_the_core_sums_rows_as_its_python_does(
    width: int, kind: type[np.floating], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CORE is not None
    x, factor = np.random.default_rng(0).normal(0.5, 2, (2, 3, 5, width)).astype(kind)
    found = CORE.sums_of_rows(x, None), CORE.sums_of_rows(x, factor)
    monkeypatch.setattr(row_sums, "CORE", None)
    expected = row_sums.sums_of_rows(x), row_sums.sums_of_products(x, factor)
    np.testing.assert_array_equal(found, expected, strict=True)


@pytest.mark.core
def test_the_core_leaves_other_rows_to_python() -> None:
    assert CORE is not None
    x = np.ones((4, 6), np.float32)
    for operands in ((x.T, None), (x, x[:3]), (x, x.astype(np.float64)), (x.astype(np.float16), None), (x[:0], None)):
        assert CORE.sums_of_rows(*operands) is None
