"""A kept trace takes the memory that it is counted with."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from gradwalk.api.compress import packed
from gradwalk.store.traces import Kept

DOCUMENT = (Path(__file__).parent.parent / "golden" / "training.trace.json").read_bytes()


@pytest.mark.parametrize("made", [lambda: Kept.of(DOCUMENT).packed, lambda: packed(DOCUMENT, "zstd")])
def test_what_is_compressed_holds_no_more_memory_than_its_bytes(made: Callable[[], bytes]) -> None:
    made()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = made()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept) < len(DOCUMENT) // 4
    assert after - before < len(kept) + 1000
