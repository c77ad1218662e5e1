"""Losses of classes come out alike whichever way they are computed: every row alike, or each with its own weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradwalk.engine.ops import _losses as losses

NONE, MEAN, SUM = 0, 1, 2


def given(kind: Any, rows: int = 7, classes: int = 5) -> tuple[Any, Any]:
    random = np.random.default_rng(3)
    return random.standard_normal((rows, classes)).astype(kind), random.integers(0, classes, rows)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("reduction", [NONE, MEAN, SUM])
def test_weights_of_one_change_nothing(kind: Any, reduction: int) -> None:
    x, target = given(kind)
    x[2] = np.inf, -np.inf, np.nan, -0.0, 0.0
    ones = np.ones(5, kind)
    (loss, total), (weighted, same) = (losses.nll_loss(x, target, w, reduction, -100) for w in (None, ones))
    assert [(np.asarray(a).tobytes(), np.asarray(a).dtype) for a in (loss, total)] == [
        (np.asarray(a).tobytes(), np.asarray(a).dtype) for a in (weighted, same)
    ]
    grad = np.linspace(-1, 1, 7).astype(kind) if reduction == NONE else np.asarray(0.3, kind)
    plain, by_weight = (losses.nll_loss_backward(grad, x, target, w, total, reduction, -100) for w in (None, ones))
    assert (plain.dtype, plain.strides) == (by_weight.dtype, by_weight.strides)
    np.testing.assert_array_equal(plain, by_weight)


def test_the_loss_is_what_is_missing_at_the_targets() -> None:
    x, target = given(np.float64)
    loss, total = losses.nll_loss(x, target, None, MEAN, -100)
    assert loss == pytest.approx(-sum(x[row, of] for row, of in enumerate(target)) / 7)
    assert total == 7
    slope = losses.nll_loss_backward(np.asarray(1.0), x, target, None, total, MEAN, -100)
    assert slope.sum() == pytest.approx(-1)
    assert np.flatnonzero(slope).tolist() == [5 * row + of for row, of in enumerate(target)]


@pytest.mark.parametrize("ignored", [0, 2, -3])
def test_rows_that_are_passed_over_do_not_count(ignored: int) -> None:
    x, target = given(np.float64)
    target[[1, 4]] = ignored
    counted = target != ignored
    loss, total = losses.nll_loss(x, target, None, MEAN, ignored)
    assert total == counted.sum()
    assert loss == pytest.approx(-x[np.arange(7), target][counted].mean())
    slope = losses.nll_loss_backward(np.asarray(1.0), x, target, None, total, MEAN, ignored)
    assert (slope != 0).any(axis=1).tolist() == counted.tolist()


@pytest.mark.parametrize("wrong", [-1, 5, 2**40, -(2**63)])
def test_a_class_that_does_not_exist_is_refused(wrong: int) -> None:
    x, target = given(np.float32)
    target[3] = wrong
    with pytest.raises(IndexError, match=f"Target {wrong} is out of bounds."):
        losses.nll_loss(x, target, None, MEAN, -100)
