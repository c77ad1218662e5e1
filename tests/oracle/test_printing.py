"""Every tensor prints as PyTorch prints it, character for character."""

from __future__ import annotations

import pytest

from tests.oracle.facts import facts
from tests.oracle.programs import core, suite
from tests.oracle.replay import Replayer


@pytest.mark.parametrize("tensor", core("printing"))
def test_tensor_prints_as_in_pytorch(facade: Replayer, tensor: str) -> None:
    (cell,) = facade.run(suite("printing")[tensor])
    assert cell.get("stdout") == facts("printing")[tensor][0]["stdout"], cell.get("error")
