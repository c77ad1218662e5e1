"""Tensors from nested lists: what is regular is taken at once, with the dtypes and refusals that PyTorch has."""

from __future__ import annotations

from typing import Any

import pytest

from gradwalk.engine import FUNCTIONS

# What PyTorch 2.13 makes of each.
TAKEN: list[tuple[Any, str, tuple[int, ...], list[Any]]] = [
    ([True, False], "torch.bool", (2,), [True, False]),
    ([1, True], "torch.int64", (2,), [1, 1]),
    ([1.5, 2, True], "torch.float32", (3,), [1.5, 2.0, 1.0]),
    ([[1, 2], (3, 4)], "torch.int64", (2, 2), [1, 2, 3, 4]),
    ([[[1.0], [2.0]], [[3.0], [4.0]]], "torch.float32", (2, 2, 1), [1.0, 2.0, 3.0, 4.0]),
    ([-(2**63), 2**63 - 1], "torch.int64", (2,), [-(2**63), 2**63 - 1]),
    ([[], []], "torch.float32", (2, 0), []),
    ([2**70, 1.0], "torch.float32", (2,), [1.1805916207174113e21, 1.0]),
]


@pytest.mark.parametrize(("data", "dtype", "shape", "numbers"), TAKEN, ids=[str(case[0]) for case in TAKEN])
def test_a_list_has_the_dtype_of_its_numbers(data: Any, dtype: str, shape: tuple[int, ...], numbers: list[Any]) -> None:
    made = FUNCTIONS["tensor"](data)
    assert str(made.dtype) == dtype
    assert tuple(made.shape) == shape
    assert made._array.ravel().tolist() == numbers


def holding_itself() -> list[Any]:
    data: list[Any] = []
    data.append(data)
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([[1.0, 2.0], [3.0]], "expected sequence of length 2 at dim 1 (got 1)"),
        ([2**63], "Overflow when unpacking long long"),
        (holding_itself(), "too many dimensions 'list'"),
    ],
    ids=["not regular", "too large", "holds itself"],
)
def test_a_list_that_makes_no_tensor_is_refused_in_pytorchs_words(data: Any, words: str) -> None:
    with pytest.raises(ValueError) as refusal:
        FUNCTIONS["tensor"](data)
    assert str(refusal.value) == words
