"""What holds for every test: a property is right or wrong, however slow the machine is that day."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from compile_core import linker
from hypothesis import settings

# Snippets of tests are nobody's: kept in memory, also by servers that tests start.
os.environ["GRADWALK_DATABASE"] = "sqlite://"

settings.register_profile("gradwalk", deadline=None)
settings.load_profile("gradwalk")


@pytest.fixture
def no_modes() -> Iterator[None]:
    """No unusual mode is in force, though a test before has switched one on for good: in one the core has no part."""
    from gradwalk.engine.modes import SEVERAL_THREADS, UNUSUAL
    from gradwalk.engine.threads import be_one

    if SEVERAL_THREADS in UNUSUAL:  # a test before has left one that serves it
        be_one()
    before = {*UNUSUAL}
    UNUSUAL.clear()
    yield
    UNUSUAL.clear()
    UNUSUAL.update(before)


@pytest.fixture(autouse=True)
def _core(request: pytest.FixtureRequest) -> None:
    """A test of the compiled core has the core take part, whatever ran before it. Only where none can be compiled, or
    none is wanted, it is left out."""
    if request.node.get_closest_marker("core") is None:
        return
    from gradwalk.engine import core as engines
    from gradwalk.recorder import core as recorders

    if engines.CORE is None or recorders.CORE is None:
        if os.environ.get("GRADWALK_PURE") or linker() is None:
            pytest.skip("no core is compiled here")
        pytest.fail("the core is not compiled, or older than its sources: make .venv/.core")
    request.getfixturevalue("no_modes")


@pytest.fixture(autouse=True)
def _short_way() -> Iterator[None]:
    """A test that has had tensors of two-byte floats leaves the engine's short way to the others."""
    yield
    modes = sys.modules.get("gradwalk.engine.modes")
    if modes is not None:
        modes.UNUSUAL.discard(modes.REDUCED)
