"""Arguments that PyTorch refuses are refused, with its words, and those that it takes are taken."""

from __future__ import annotations

from functools import cache

import pytest

from tests.oracle.calls.answers import Answers
from tests.oracle.facts import facts

PARTS = 8


@cache
def _answers() -> Answers:
    return Answers("gradwalk.torch")


@pytest.mark.parametrize("part", range(PARTS))
def test_wrong_arguments_are_refused_in_pytorchs_words_and_unusual_ones_taken(part: int) -> None:
    calls = list(facts("calls").items())[part::PARTS]
    given = {call: (words, _answers().to(call)) for call, words in calls}
    assert {call: both for call, both in given.items() if both[0] != both[1]} == {}
