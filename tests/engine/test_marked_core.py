"""Tests that are marked as the core's have it take part, whatever ran before them in the same process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gradwalk.engine import OPS
from gradwalk.engine.compiled import application
from gradwalk.engine.modes import COMPLEX_NUMBERS, UNUSUAL
from gradwalk.engine.tensor import wrap

TESTS = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module", autouse=True)
def complex_before() -> Iterator[None]:
    """A complex number was made before these tests."""
    before = {*UNUSUAL}
    UNUSUAL.add(COMPLEX_NUMBERS)
    yield
    UNUSUAL.clear()
    UNUSUAL.update(before)


def is_applied_by_the_core() -> bool:
    """Whether an op of the usual kind is applied without Python's function for whatever is not."""
    asked: list[object] = []
    mul = application(OPS["mul"], lambda *given, **params: asked.append(given))
    mul(wrap(np.ones(2, np.float32)), wrap(np.ones(2, np.float32)))
    return not asked


@pytest.mark.core
def test_in_those_that_are_marked_the_core_applies_ops() -> None:
    assert is_applied_by_the_core()


def test_in_others_the_mode_that_was_switched_on_stays() -> None:
    assert COMPLEX_NUMBERS in UNUSUAL
    assert not is_applied_by_the_core()


def test_none_is_left_out_where_no_core_is_there_to_be_used() -> None:
    """The mark says when: where one could be compiled, they fail."""
    by_themselves = [
        path.name for path in TESTS.rglob("test_*.py") if re.search(r"skipif\(CORE is None", path.read_text())
    ]
    assert by_themselves == []
