"""LSTMs in C and in Python; what PyTorch gives is recorded (``last_bits.toml``)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradwalk.engine.core import CORE
from gradwalk.engine.dtypes import Array
from gradwalk.engine.functions import lstm_gates, lstm_kernel, lstm_products
from gradwalk.engine.functions.lstm_products import ADDED, FRESH, add_chains, add_product

SIZES = [(3, 8, 2, 8), (2, 3, 17, 5), (3, 1, 6, 6), (2, 5, 1, 3), (2, 5, 3, 1), (1, 2, 300, 4), (9, 7, 3, 4)]
"""Steps, sequences, and how wide inputs and states are."""


def numbers(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def passed(steps: int, batch: int, inputs: int, width: int, *, reverse: bool, for_training: bool) -> list[Any]:
    """What a layer gives, and what it passes back."""
    weights = (numbers(4 * width, inputs), numbers(4 * width, width), numbers(4 * width), numbers(4 * width))
    state, memory = numbers(batch, width), numbers(batch, width)
    past = lstm_kernel.forward(
        numbers(steps, batch, inputs), weights, state, memory, reverse, for_training=for_training
    )
    return [*past[:-1], *lstm_kernel.backward(past, weights, numbers(steps, batch, width), state, memory)]


@pytest.mark.core
@pytest.mark.parametrize("for_training", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sizes", SIZES)
def test_the_core_computes_lstms_as_its_python_does(
    sizes: tuple[int, int, int, int], reverse: bool, for_training: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = passed(*sizes, reverse=reverse, for_training=for_training)
    with monkeypatch.context() as without:
        without.setattr(lstm_products, "CORE", None)
        without.setattr(lstm_gates, "CORE", None)
        expected = passed(*sizes, reverse=reverse, for_training=for_training)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 6, 75, 100])
@pytest.mark.parametrize("columns", [1, 4, 12, 16, 40])
@pytest.mark.parametrize("terms", [1, 2, 7, 130])
def test_products_are_products_but_for_roundings(rows: int, columns: int, terms: int) -> None:
    a, b = numbers(rows, terms), numbers(terms, columns)
    expected = a.astype(np.float64) @ b
    for is_turned in (False, True):
        into = np.full((rows, columns), np.nan, np.float32)
        add_product(a, b, into, FRESH, is_turned=is_turned)
        np.testing.assert_allclose(into, expected, rtol=1e-4, atol=1e-4)
        add_product(a, b, into, ADDED, is_turned=is_turned)
        np.testing.assert_allclose(into, 2 * expected, rtol=1e-4, atol=1e-4)
    add_chains(a, b, into, FRESH)
    np.testing.assert_allclose(into, expected, rtol=1e-4, atol=1e-4)


def test_copied_products_are_products_but_for_roundings() -> None:
    a, b, into = numbers(530, 600), numbers(600, 400), np.zeros((530, 400), np.float32)
    add_product(a, b, into, FRESH, may_copy=True)
    np.testing.assert_allclose(into, a.astype(np.float64) @ b, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("function", "truth"), [
    (lstm_gates.logistic, lambda x: 1 / (1 + np.exp(-x))),
    (lstm_gates.hyperbolic, np.tanh),
])  # fmt: skip
def test_functions_of_gates_are_right_to_a_few_roundings(function: Any, truth: Any) -> None:
    x = np.concatenate([np.linspace(-80, 80, 4001), np.geomspace(1e-6, 1, 500)]).astype(np.float32)
    np.testing.assert_allclose(function(x), truth(x.astype(np.float64)), rtol=1e-6, atol=1e-7)


def test_functions_of_gates_end_where_there_is_no_number() -> None:
    x = np.array([np.inf, -np.inf, 0.0, -0.0], np.float32)
    assert lstm_gates.logistic(x).tolist() == [1, 0, 0.5, 0.5]
    assert lstm_gates.hyperbolic(x).tolist() == [1, -1, 0, 0]


@pytest.mark.core
def test_the_core_leaves_what_does_not_fit_to_python() -> None:
    assert CORE is not None
    a, b, into = numbers(3, 4), numbers(4, 5), np.zeros((3, 5), np.float32)
    assert CORE.lstm_product(a, b, into, FRESH, 0)
    assert not CORE.lstm_product(a.astype(np.float64), b, into, FRESH, 0)
    assert not CORE.lstm_product(a[:, :3], b, into, FRESH, 0)
    assert not CORE.lstm_product(a, b, into[:, :4], FRESH, 0)
    assert not CORE.lstm_product(a, b, into, 3, 0)
    assert not CORE.lstm_product(a, b, into, FRESH, -1)
    assert not CORE.lstm_product(a, b, into, FRESH, 2**70)
    memory = numbers(2, 3)
    assert CORE.lstm_gates(numbers(2, 12), numbers(1, 12), memory, memory.copy(), memory.copy())
    assert not CORE.lstm_gates(numbers(2, 12), numbers(1, 11), memory, memory.copy(), memory.copy())
    assert not CORE.lstm_gates_backward(numbers(2, 12), memory, memory, memory, memory, numbers(2, 11))
