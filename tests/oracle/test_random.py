"""The same seed gives PyTorch's random numbers."""

from __future__ import annotations

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import core, suite
from tests.oracle.replay import Replayer


@pytest.mark.parametrize("program", core("random"))
def test_seed_gives_pytorchs_numbers(facade: Replayer, program: str) -> None:
    assert differences(facts("random")[program], facade.run(suite("random")[program])) == []
