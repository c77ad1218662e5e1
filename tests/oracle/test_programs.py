"""Small programs print, build, run and leave behind under Gradwalk what they do under PyTorch."""

from __future__ import annotations

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import SUITES, core, suite
from tests.oracle.replay import Replayer

ELSEWHERE = ("mistakes", "tensors", "printing", "random", "lesson", "gallery", "pairs")
"""Suites with a test module of their own."""
TESTED = [name for name in SUITES if name not in ELSEWHERE]
PROGRAMS = [(name, key) for name in TESTED for key in core(name)]


@pytest.mark.parametrize(("suite_name", "program"), PROGRAMS, ids=[key for _, key in PROGRAMS])
def test_program_does_what_it_does_in_pytorch(facade: Replayer, suite_name: str, program: str) -> None:
    assert differences(facts(suite_name)[program], facade.run(suite(suite_name)[program])) == []
