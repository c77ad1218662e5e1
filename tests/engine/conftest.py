"""What tests of the engine share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gradwalk.engine.modes import UNUSUAL


@pytest.fixture
def no_modes() -> Iterator[None]:
    """No unusual mode is in force, though a test before has switched one on for good: in one the core has no part."""
    before = {*UNUSUAL}
    UNUSUAL.clear()
    yield
    UNUSUAL.clear()
    UNUSUAL.update(before)
