"""Division by zero: silent in the engine, numpy's own warning outside it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from gradwalk.engine import OPS
from gradwalk.engine.tensor import wrap


def test_engine_divides_by_zero_in_silence() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert OPS["div"](wrap(np.ones(2)), wrap(np.zeros(2))).tolist() == [np.inf, np.inf]


def test_numpy_outside_the_engine_warns_in_its_own_words() -> None:
    with pytest.warns(RuntimeWarning, match="^divide by zero encountered in divide$"):
        np.ones(2) / np.zeros(2)


def test_engine_answers_even_if_numpy_was_told_to_raise() -> None:
    with np.errstate(all="raise"):
        assert OPS["div"](wrap(np.ones(2)), wrap(np.zeros(2))).tolist() == [np.inf, np.inf]
