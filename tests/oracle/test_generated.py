"""Random programs do what they did in PyTorch. `make conformance` compares ten thousand of them live."""

from __future__ import annotations

import pytest

from tests.oracle.facts import facts
from tests.oracle.live import departure
from tests.oracle.programs import GENERATED, suite
from tests.oracle.replay import Replayer


@pytest.mark.parametrize("name", suite(GENERATED))
def test_random_program_does_what_it_does_in_pytorch(facade: Replayer, name: str) -> None:
    program, expected = suite(GENERATED)[name], facts(GENERATED)[name]
    assert not departure(program, expected, facade.run(program))
