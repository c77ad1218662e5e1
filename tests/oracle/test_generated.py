"""Random programs do what they did in PyTorch. `make conformance` compares ten thousand of them live."""

from __future__ import annotations

import pytest

from tests.oracle.facts import facts
from tests.oracle.live import departure
from tests.oracle.programs import COURSES, GENERATED, suite
from tests.oracle.replay import Replayer

PROGRAMS = [(family, name) for family in (GENERATED, COURSES) for name in suite(family)]


@pytest.mark.parametrize(("family", "name"), PROGRAMS, ids=[name for _, name in PROGRAMS])
def test_random_program_does_what_it_does_in_pytorch(facade: Replayer, family: str, name: str) -> None:
    program, expected = suite(family)[name], facts(family)[name]
    assert not departure(program, expected, facade.run(program))
