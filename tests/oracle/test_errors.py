"""Mistakes get PyTorch's own words, from the same line."""

from __future__ import annotations

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import core, suite
from tests.oracle.replay import Replayer


@pytest.mark.parametrize("program", core("mistakes"))
def test_mistake_gets_pytorchs_words(facade: Replayer, program: str) -> None:
    assert differences(facts("mistakes")[program], facade.run(suite("mistakes")[program])) == []
