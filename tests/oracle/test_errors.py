"""Mistakes get PyTorch's own words, from the same line."""

from __future__ import annotations

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import suite
from tests.oracle.replay import Replayer

MISTAKES = [key for key, program in suite("mistakes").items() if program.is_core]


@pytest.mark.parametrize("program", MISTAKES)
def test_mistake_gets_pytorchs_words(facade: Replayer, program: str) -> None:
    assert differences(facts("mistakes")[program], facade.run("mistakes", program)) == []
