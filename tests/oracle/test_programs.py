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
OTHERWISE_SINCE = {
    (3, 12): frozenset((
        "hooks_of_state_and_what_is_noted_of_hooks", "loaders_and_losses_1", "parts_and_loaders", "parts_of_modules",
        "passes_within_each_other", "pickled_and_copied", "what_is_saved_is_loaded", "what_is_saved_to_an_open_file",
        "what_is_saved_whole", "what_waits_for_its_shape",
    )),
    (3, 13): frozenset((
        "calls_of_layers", "classes_that_pytorch_writes_in_c", "layers_of_all_kinds_1", "layers_of_all_kinds_2",
        "loaders_and_samplers_again", "modules_by_hand", "names_and_words", "names_imported", "trainings_and_tensors_2",
        "what_else_is_saved", "what_is_no_archive",
    )),
}  # fmt: skip
"""Programs that print what Python itself says otherwise since a version, of an OrderedDict, classes without methods,
wrong arguments and attributes; or that have C call C more often than it lets it."""


@pytest.mark.parametrize(("suite_name", "program"), PROGRAMS, ids=[key for _, key in PROGRAMS])
def test_program_does_what_it_does_in_pytorch(facade: Replayer, suite_name: str, program: str) -> None:
    if any(program in programs for since, programs in OTHERWISE_SINCE.items() if sys.version_info >= since):
        pytest.skip("Python says it otherwise by now")
    assert differences(facts(suite_name)[program], facade.run(suite(suite_name)[program])) == []
