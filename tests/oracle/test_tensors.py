"""Indexing, parts, rearrangements, creation and random numbers do what they do in PyTorch, graph and words included."""

from __future__ import annotations

import pytest

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import core, suite
from tests.oracle.replay import Replayer


@pytest.mark.parametrize("program", core("tensors"))
def test_tensors_do_what_they_do_in_pytorch(facade: Replayer, program: str) -> None:
    assert differences(facts("tensors")[program], facade.run(suite("tensors")[program])) == []
