"""Convolutions in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

import numpy as np
import pytest

from gradwalk.engine.core import CORE
from gradwalk.engine.dtypes import Array
from gradwalk.engine.functions import (
    chains,
    column_convolutions,
    direct_convolutions,
    general_convolutions,
)
from gradwalk.engine.functions.convolution_kernels import Kernels

Ints = tuple[int, ...]
Case = tuple[Ints, int, Ints, Ints, Ints, Ints]

CASES: list[Case] = [
    # sizes of the image, results, kernel, stride, padding, dilation
    ((2, 3, 6, 7), 5, (3, 3), (1, 1), (1, 1), (1, 1)),
    ((1, 9, 5, 19), 4, (2, 3), (1, 2), (1, 2), (1, 1)),
    ((2, 10, 8, 8), 6, (4, 4), (2, 2), (1, 1), (1, 1)),
    ((2, 2, 7, 9), 17, (3, 3), (1, 1), (2, 2), (2, 2)),
    ((2, 3, 5, 4), 2, (1, 1), (1, 1), (0, 0), (1, 1)),
    ((2, 3, 11), 2, (5,), (3,), (2,), (1,)),
]


def passed(
    kernels: Kernels, sizes: Ints, outs: int, kernel: Ints, stride: Ints, padding: Ints, dilation: Ints
) -> list[Array]:
    """What the kernels make of an image, and what they pass back."""
    place = (stride, padding, dilation)
    numbers = np.random.default_rng(0)
    x = numbers.normal(size=sizes).astype(np.float32)
    weight = numbers.normal(size=(outs, sizes[1], *kernel)).astype(np.float32)
    bias = numbers.normal(size=outs).astype(np.float32)
    parts = zip(sizes[2:], kernel, *place, strict=True)
    made = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in parts]
    grad = numbers.normal(size=(sizes[0], outs, *made)).astype(np.float32)
    return [
        kernels.convolve(x, weight, bias, made, *place, 1),
        kernels.convolve_back(grad, weight, x.shape, *place, 1),
        kernels.convolve_weight(grad, x, weight.shape, *place, 1),
        kernels.sum_channels(grad),
    ]


@pytest.mark.core
@pytest.mark.parametrize("case", CASES)
def test_the_core_adds_up_convolutions_as_its_python_does(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    found = passed(direct_convolutions, *case)
    with monkeypatch.context() as without:
        without.setattr(chains, "CORE", None)
        expected = passed(direct_convolutions, *case)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


@pytest.mark.parametrize("kernels", [direct_convolutions, column_convolutions])
@pytest.mark.parametrize("case", CASES)
def test_all_kernels_give_the_same_but_for_roundings(case: Case, kernels: Kernels) -> None:
    for one, other in zip(passed(kernels, *case), passed(general_convolutions, *case), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_numbers_around_an_image_touch_no_result_where_weights_are_infinite() -> None:
    x, weight = np.ones((2, 1, 3, 3), np.float32), np.zeros((1, 1, 3, 3), np.float32)
    weight[0, 0, 0, 0] = np.inf
    found = direct_convolutions.convolve(x, weight, None, (3, 3), (1, 1), (1, 1), (1, 1), 1)
    assert found[0, 0].tolist() == [[0, 0, 0], [0, np.inf, np.inf], [0, np.inf, np.inf]]


@pytest.mark.core
def test_the_core_leaves_what_does_not_fit_to_python() -> None:
    assert CORE is not None
    x, weights, made = np.ones((1, 2, 3, 3), np.float32), np.ones((4, 2, 1), np.float32), np.ones((1, 4, 3, 3), "f")
    place = ((0,), (0,), (1, 1))
    assert CORE.chained(x, weights, *place, made, None, 8, False)
    assert not CORE.chained(x.astype(np.float64), weights, *place, made, None, 8, False)
    assert not CORE.chained(x, weights[:, :1].copy(), *place, made, None, 8, False)
    assert not CORE.chained(x, weights, (0, 1), (0, 1), (1, 1), made, None, 8, False)
    assert not CORE.chained(x, weights, (0,), (0,), (0, 1), made, None, 8, False)
    assert not CORE.chained(x, weights, (0,), (2**70,), (1, 1), made, None, 8, False)
    assert not CORE.chained_weights(made, x.astype(np.float64), *place, weights, False)
