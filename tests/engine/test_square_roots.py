"""Square roots of float32: what PyTorch gives is recorded (``last_bits.toml``); here is what holds of all of them."""

from __future__ import annotations

import numpy as np
import pytest

from gradwalk.engine import square_roots
from gradwalk.engine.core import CORE

NUMBERS = np.random.default_rng(0).integers(0, 2**32, 50_003, dtype=np.uint32).view(np.float32)


@pytest.mark.core
def test_the_core_takes_the_roots_that_its_python_takes() -> None:
    assert CORE is not None
    compiled = CORE.elementary["sqrt"]
    for numbers in (NUMBERS, NUMBERS[::-3], NUMBERS[:49_998].reshape(3, -1).T, NUMBERS[:1], NUMBERS[:0]):
        expected = square_roots.sqrt(numbers)
        np.testing.assert_array_equal(compiled(numbers), expected)
        assert (np.signbit(compiled(numbers)) == np.signbit(expected))[expected == 0].all()


def test_a_root_is_less_than_three_quarters_of_its_last_place_off() -> None:
    numbers = NUMBERS[(NUMBERS > 0) & (np.inf > NUMBERS)]
    roots = square_roots.sqrt(numbers)
    assert (np.abs(roots - np.sqrt(numbers.astype(np.float64))) < 0.75 * np.spacing(roots).astype(np.float64)).all()


def test_the_processors_reciprocals_are_as_near_as_amd_says() -> None:
    # AMD64 Architecture Programmer's Manual, volume 4, RSQRTPS: the relative error is at most 1.5 * 2**-12.
    places = 2.0 ** np.arange(2)[:, None] * (1 + np.arange(4096) / 4096)
    for within in (0, 1 / 4097):
        errors = square_roots.reciprocals().reshape(2, 4096) / 2**13 * np.sqrt(places * (1 + within / 4096)) - 1
        assert np.abs(errors).max() <= 1.5 * 2**-12
