"""Warnings name the code that called, however deep they are given."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest

from gradwalk.engine.surface import FUNCTIONS

CALLS: dict[str, Callable[[], object]] = {
    "a kernel inside a formula": lambda: FUNCTIONS["std"](FUNCTIONS["ones"](1)),
    "a function of torch": lambda: FUNCTIONS["chain_matmul"](FUNCTIONS["ones"](1, 1), FUNCTIONS["ones"](1, 1)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_warning_names_the_file_that_called(call: Callable[[], object]) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        call()
    assert [each.filename for each in heard] == [__file__]
