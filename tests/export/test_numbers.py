"""Numbers read as PyTorch 2.13.0 prints them."""

from __future__ import annotations

from math import inf, nan

import pytest

from gradwalk.document.values import Numbers
from gradwalk.export.reading.numbers import brief_text, numbers_text, scalar_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.8775825618903728, "0.8776"), (3.0, "3"), (-0.0, "-0"), (nan, "nan"), (-inf, "-inf"), (True, "True"),
        # PyTorch: tensor([ 0.0312,  0.0938, -0.0312,  0.1562]): what lies just between two goes to the even one.
        (1 / 32, "0.0312"), (3 / 32, "0.0938"), (-1 / 32, "-0.0312"), (5 / 32, "0.1562"),
        (1.23456e-5, "1.235e-05"), (9.99996e-5, "1e-04"), (99999999.0, "99999999"),
        (123400000.0, "1.234e+08"), (None, "?"),
    ],
)  # fmt: skip
def test_a_scalar(number: float | None, text: str) -> None:
    assert scalar_text(number) == text


def test_many_keep_their_ends_and_matrices_their_corner() -> None:
    long = Numbers([9], "float32", [float(i) for i in range(9)])
    assert numbers_text(long) == "[0, 1, 2, 3, …, 8]"
    assert numbers_text(Numbers([2, 2], "float32", [1.0, 2.0, 3.0, 4.0])) == "[[1, 2], [3, 4]]"
    assert brief_text(Numbers([3, 3], "float32", [float(i) for i in range(9)])) == "[[0, 1, …], …]"
    assert brief_text(Numbers([8, 1], "float32", [float(i) for i in range(8)])) == "[[0], …]"
    assert numbers_text(Numbers([9], "float32", [0.0, 1.0])) == "[0, 1, ?, ?, …]"


def test_a_tensor_of_three_axes_or_more_is_its_ends_and_its_shape() -> None:
    assert brief_text(Numbers([2, 2, 2], "float32", [float(i) for i in range(8)])) == "[0, 1, …, 7] (2×2×2)"
    assert brief_text(Numbers([2, 1, 2, 3], "float32", [float(i) for i in range(12)])) == "[0, 1, …, 11] (2×1×2×3)"
    assert brief_text(Numbers([1, 2, 2], "float32", [1.0, 2.0, 3.0, 4.0])) == "[[[1, 2], [3, 4]]]"
