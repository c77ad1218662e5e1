"""Whatever is put in, there is never more than was said, and what was asked for last is what stays."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from gradwalk.store.bounded import Bounded


@dataclass(frozen=True)
class Thing:
    size: int


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5000))), st.integers(0, 20_000))
def test_it_never_holds_more_than_it_may(puts: list[tuple[int, int]], most: int) -> None:
    kept: Bounded[int, Thing] = Bounded(most)
    for key, size in puts:
        kept.put(key, Thing(size))
        assert kept.size <= most
    assert kept.size == sum(item.size + 512 for key in range(21) if (item := kept.get(key)) is not None)


def test_what_was_asked_for_last_stays() -> None:
    kept: Bounded[str, Thing] = Bounded(8 * 612)
    for name in "abcdefgh":
        kept.put(name, Thing(100))
    kept.get("a")
    kept.put("i", Thing(100))
    assert [name for name in "abcdefghi" if kept.get(name) is None] == ["b"]


def test_what_would_drive_out_everything_else_is_not_kept() -> None:
    kept: Bounded[str, Thing] = Bounded(10_000)
    kept.put("small", Thing(100))
    kept.put("large", Thing(2_500))
    assert kept.get("large") is None
    assert kept.get("small") is not None
