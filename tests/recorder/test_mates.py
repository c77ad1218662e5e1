"""Who is told of a write to memory that several storages see."""

from __future__ import annotations

from tests.recorder.tracing import events, trace_of

REBOUND = """\
import torch
y = torch.ones(2)
y = y.data.mul_(2)
z = y + 1
"""
AT_ONCE = "# weakref: code that speaks of lifetimes is written down at once\n"


def test_when_it_is_written_down_does_not_decide_which_storages_a_write_is_told_of() -> None:
    later, at_once = trace_of(REBOUND), trace_of(AT_ONCE + REBOUND)
    told = [(event.storage, event.version) for event in events(later, "write")]
    assert told == [(event.storage, event.version) for event in events(at_once, "write")]
    assert [storage for storage, _ in told] == [0, 1]
