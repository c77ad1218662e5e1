"""Elementary functions of float32 as MKL has them: what PyTorch gives is recorded (``last_bits.toml``); here is what
holds of all numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradwalk.engine import vml_math
from gradwalk.engine.core import CORE

NUMBERS = np.random.default_rng(0).integers(0, 2**32, 50_003, dtype=np.uint32).view(np.float32)
NEAR = np.linspace(-100, 100, 30_001, dtype=np.float32)
FUNCTIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "exp": (vml_math.exp, np.exp),
    "log": (vml_math.log, np.log),
    "sin": (vml_math.sin, np.sin),
    "cos": (vml_math.cos, np.cos),
    "tan": (vml_math.tan, np.tan),
    "tanh": (vml_math.tanh, np.tanh),
}


@pytest.mark.core
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_core_computes_what_its_python_computes(name: str) -> None:
    assert CORE is not None
    compiled, written = CORE.elementary[name], FUNCTIONS[name][0]
    for numbers in (NUMBERS, NUMBERS[::-3], NUMBERS[:49_998].reshape(3, -1).T, NUMBERS[:1], NUMBERS[:0], NEAR):
        expected = written(numbers)
        found = compiled(numbers)
        np.testing.assert_array_equal(found, expected)
        assert (np.signbit(found) == np.signbit(expected))[expected == 0].all()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_results_are_less_than_their_last_place_off(name: str) -> None:
    # oneMKL's documentation of VM: in the mode of high accuracy errors are below 1 of the last place.
    mine, numpys = FUNCTIONS[name]
    numbers = np.concatenate([NUMBERS[np.abs(NUMBERS) < 1e15], NEAR])
    with np.errstate(all="ignore"):
        exact = numpys(numbers.astype(np.float64))
    found = mine(numbers)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(exact))
    numbered = np.isfinite(found) & np.isfinite(exact)
    found, exact = found[numbered], exact[numbered]
    assert (np.abs(found - exact) < np.spacing(np.abs(found)).astype(np.float64)).all()
