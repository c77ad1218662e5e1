"""Small programs print, build, run and leave behind under Gradwalk what they do under PyTorch."""

from __future__ import annotations

import sys

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import SUITES, core, suite
from tests.oracle.replay import Replayer

ELSEWHERE = ("mistakes", "tensors", "printing", "random", "lesson", "gallery", "pairs")
"""Suites with a test module of their own."""
TESTED = [name for name in SUITES if name not in ELSEWHERE]
PROGRAMS = [(name, key) for name in TESTED for key in core(name)]
OF_ITS_TIME = frozenset((
    "hooks_of_state_and_what_is_noted_of_hooks", "loaders_and_losses_1", "parts_and_loaders", "parts_of_modules",
    "passes_within_each_other", "pickled_and_copied", "what_is_saved_is_loaded", "what_is_saved_to_an_open_file",
    "what_is_saved_whole", "what_waits_for_its_shape",
))  # fmt: skip
"""Programs that print what Python itself says otherwise from 3.12 on, of an OrderedDict and of classes without methods;
or that have C call C more often than 3.12 lets it."""


@pytest.mark.parametrize(("suite_name", "program"), PROGRAMS, ids=[key for _, key in PROGRAMS])
def test_program_does_what_it_does_in_pytorch(facade: Replayer, suite_name: str, program: str) -> None:
    if program in OF_ITS_TIME and sys.version_info >= (3, 12):
        pytest.skip("Python says it otherwise by now")
    assert differences(facts(suite_name)[program], facade.run(suite(suite_name)[program])) == []
