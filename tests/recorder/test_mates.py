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


def test_a_write_to_a_tensor_is_told_of_its_conjugate_too() -> None:
    trace = trace_of("import torch\nz = torch.tensor([1 + 2j])\nc = z.conj()\nz += 1j\nc *= 2\n")
    told = [(event.storage, event.version, trace.values[event.value].data) for event in events(trace, "write")]
    assert told == [(0, 1, [1, 3]), (1, 1, [1, -3]), (0, 2, [2, 6]), (1, 2, [2, -6])]
