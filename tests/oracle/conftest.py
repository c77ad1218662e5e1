"""The process that runs the oracle's programs under the facade, started when a test first asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.replay import Replayer


@pytest.fixture(scope="session")
def facade() -> Iterator[Replayer]:
    replayer = Replayer()
    yield replayer
    replayer.close()
