"""A function is traced with what it needs and what it is given."""

from __future__ import annotations

import math

import numpy as np
import pytest

import gradwalk

POWER = 3
WEIGHTS = [0.5, 1.5]


def cubed(number: float) -> float:
    return math.pow(number, POWER)


def twofold(number: float) -> float:
    return cubed(number) * 2


def weighted(a: float, *, twice: bool = False) -> float:
    def inner() -> float:
        return WEIGHTS[0] * a

    return inner() * (2 if twice else 1)


def test_globals_modules_and_arguments_come_along() -> None:
    assert gradwalk.trace(cubed, 2.0).output == "8.0\n"
    assert gradwalk.trace(twofold, 2.0).output == "16.0\n"
    assert gradwalk.trace(weighted, 4, twice=True).output == "4.0\n"


def test_arrays_come_as_arrays() -> None:
    def total(a: object) -> object:
        return a.sum()  # type: ignore[attr-defined]

    assert gradwalk.trace(total, np.array([1, 2], "int32")).output == "np.int64(3)\n"


def test_what_no_text_stands_for_is_refused_with_the_way_out() -> None:
    with pytest.raises(gradwalk.GradwalkError, match="an argument is object, which cannot be written as text: make it"):
        gradwalk.trace(cubed, object())
    with pytest.raises(gradwalk.GradwalkError, match="A lambda has no source"):
        gradwalk.trace(lambda: 1)
    with pytest.raises(gradwalk.GradwalkError, match="Only a plain function"):
        gradwalk.trace(math.sqrt, 2.0)
