"""Group normalisation in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradwalk.engine.core import CORE
from gradwalk.engine.functions import group_norms, row_sums

SHAPES = [(1, 1, 1, 1), (3, 8, 1, 2), (2, 6, 5, 3), (2, 4, 35, 2), (2, 22, 2, 1), (1, 150, 3, 1)]


@pytest.mark.core
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(("images", "channels", "pixels", "groups"), SHAPES)
@pytest.mark.parametrize("is_scaled", [True, False])
def test_the_core_does_as_its_python_does(
    images: int, channels: int, pixels: int, groups: int, is_scaled: bool, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CORE is not None
    numbers = np.random.default_rng(0)
    x, grad = numbers.normal(0.5, 2, (2, images, channels, pixels)).astype(kind)
    weight, bias = numbers.normal(0.5, 2, (2, channels)).astype(kind)
    parts: tuple[Any, Any] = (weight, bias) if is_scaled else (None, None)
    found = CORE.normalized_groups(x, *parts, groups, 1e-5)
    of_found = CORE.cotangents_of_groups(grad, x, *found[1:], parts[0], True, is_scaled, is_scaled)
    monkeypatch.setattr(group_norms, "CORE", None)
    monkeypatch.setattr(row_sums, "CORE", None)
    expected = group_norms.normalized(x, *parts, groups, 1e-5)
    of_expected = group_norms.cotangents(grad, x, *expected[1:], parts[0], (True, is_scaled, is_scaled))
    for one, other in zip((*found, *of_found), (*expected, *of_expected), strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


@pytest.mark.core
def test_the_core_leaves_other_groups_to_python() -> None:
    assert CORE is not None
    x, weight = np.ones((2, 6, 4), np.float32), np.ones(6, np.float32)
    others = (x.transpose(0, 2, 1), weight, 3), (x, weight[:5], 3), (x, weight, 4), (x.astype(np.float64), weight, 3)
    for numbers, scale, groups in others:
        assert CORE.normalized_groups(numbers, scale, None, groups, 1e-5) is None
