"""The facts fit the programs, and the comparison sees what it should see."""

from __future__ import annotations

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts, torch_version
from tests.oracle.programs import SUITES, suite
from tests.oracle.values import agree


@pytest.mark.parametrize("name", SUITES)
def test_every_program_has_a_fact_of_its_own(name: str) -> None:
    assert list(facts(name)) == list(suite(name))


def test_all_facts_come_from_one_pytorch() -> None:
    assert {torch_version(name) for name in SUITES} == {"2.13.0+cpu"}


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("float32(2) 1.0 2.0", "float32(2) 1.0 2.0000002"),
        ("float32(1) nan", "float32(1) nan"),
        ("float32(2) 1000.0 1e-09", "float32(2) 1000.0 0.0"),
    ],
)
def test_last_place_of_a_float_may_differ(expected: str, actual: str) -> None:
    assert agree(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("float32(2) 1.0 2.0", "float32(2) 1.0 2.001"),
        ("float64(1) 2.0", "float64(1) 2.0000002"),
        ("float32(1) 2.0", "float64(1) 2.0"),
        ("float32(1) 2.0", "float32(1) 2.0 requires_grad"),
        ("float32(1) inf", "float32(1) nan"),
        ("int64(1) 2", "int64(1) 3"),
        ("float32(1, 2) 2.0 2.0", "float32(2, 1) 2.0 2.0"),
    ],
)
def test_everything_else_must_not(expected: str, actual: str) -> None:
    assert not agree(expected, actual)


def test_printed_text_is_compared_exactly() -> None:
    assert differences([{"stdout": "0.1"}], [{"stdout": "0.10000001"}])


def test_a_difference_says_where_it_is() -> None:
    found = differences([{"tensors": {"x": {"version": 0}}}], [{"tensors": {"x": {"version": 1}}}])
    assert found == ["[0].tensors.x.version: expected 0, got 1"]


def test_missing_and_surplus_runs_are_differences() -> None:
    assert differences([["n0"], ["n1"]], [["n0"]])
    assert differences([["n0"]], [["n0"], ["n1"]])
