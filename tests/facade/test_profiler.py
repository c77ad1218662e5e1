"""What a profiler would measure is said in a line; what would have to be made up is refused."""

from __future__ import annotations

from typing import Any

import pytest

from gradwalk.facade import torch as facade

torch: Any = facade


@pytest.fixture
def profiled() -> Any:
    with torch.profiler.profile() as found:
        torch.ones(2).exp()
    return found


def test_a_table_says_that_nothing_was_measured(profiled: Any) -> None:
    table = profiled.key_averages().table(sort_by="cpu_time_total", row_limit=10)
    assert table.startswith("Gradwalk measures no times")
    assert str(profiled.key_averages()) == table


@pytest.mark.parametrize(
    "reading",
    [
        lambda p: list(p.key_averages()), lambda p: len(p.events()), lambda p: p.events()[0],
        lambda p: p.key_averages().total_average(), lambda p: p.export_chrome_trace("trace.json"),
        lambda p: p.export_stacks("stacks"),
    ],
    ids=["rows", "count", "event", "total", "trace", "stacks"],
)  # fmt: skip
def test_what_would_have_to_be_made_up_is_refused(profiled: Any, reading: Any) -> None:
    with pytest.raises(NotImplementedError, match="it measures nothing"):
        reading(profiled)
