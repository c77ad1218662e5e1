"""The page stays small enough for a class on one access point: what a first visit loads, compressed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

DIST = Path(__file__).parent.parent / "frontend" / "dist"
KIB = 1024


def compressed(pattern: str) -> int:
    files = [path for path in DIST.rglob(pattern) if path.is_file()]
    assert files, f"nothing built matches {pattern}"
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


@pytest.mark.parametrize(("pattern", "budget"), [("*.*", 200 * KIB), ("*worker*.js", 6 * KIB)])
def test_what_a_visit_loads_is_within_its_budget(pattern: str, budget: int) -> None:
    assert compressed(pattern) <= budget
