"""What holds for every test: a property is right or wrong, however slow the machine is that day."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Snippets of tests are nobody's: kept in memory, also by servers that tests start.
os.environ["GRADWALK_DATABASE"] = "sqlite://"

settings.register_profile("gradwalk", deadline=None)
settings.load_profile("gradwalk")


@pytest.fixture(autouse=True)
def _short_way() -> Iterator[None]:
    """A test that has had tensors of two-byte floats leaves the engine's short way to the others."""
    yield
    modes = sys.modules.get("gradwalk.engine.modes")
    if modes is not None:
        modes.UNUSUAL.discard(modes.REDUCED)
