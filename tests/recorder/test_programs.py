"""Programs whose answers were recorded with PyTorch can be watched: nothing fails inside the recorder."""

from __future__ import annotations

import pytest

from gradwalk.limits import LIMITS, Limits
from gradwalk.recorder import journal, stream
from tests.oracle.forked import isolated
from tests.oracle.programs import SUITES, Program, suite
from tests.recorder.tracing import trace_of

NAMES = "import torch\nfrom torch import nn\nimport torch.nn.functional as F"


def events_of(programs: dict[str, Program], limits: Limits = LIMITS) -> dict[str, int]:
    """How many events each program has; raises where one has no trace that holds together."""
    traces = ((name, trace_of(NAMES, *each.cells, seed=each.seed, limits=limits)) for name, each in programs.items())
    return {name: len(trace.events) for name, trace in traces}


@pytest.mark.parametrize("suite_name", SUITES)
def test_programs_leave_a_trace_whose_frames_refer_to_what_has_been_sent(
    suite_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a frame is sent hangs on the clock and on how much there is: here many more are, and may be. Of a suite
    every third program: what is tried is the recorder, and neighbours ask the same of it."""
    monkeypatch.setattr(journal, "FULL", 60)
    monkeypatch.setattr(stream, "FULL", 60)
    monkeypatch.setattr(journal, "LOOK", 1)
    programs = dict([*suite(suite_name).items()][::3])
    # In a child: a program may leave another default dtype behind.
    found = isolated(lambda: events_of(programs, LIMITS._replace(frames=10**6)))
    assert set(found) == set(programs), found
    assert min(found.values()) > 0


@pytest.mark.parametrize("suite_name", ["lesson", "gallery", "pairs", "courses"])
def test_every_lesson_leaves_a_trace_that_holds_together(suite_name: str) -> None:
    """Sent as for a user; that frames make the same trace whenever they are sent, `test_early_frames` shows."""
    programs = suite(suite_name)
    found = isolated(lambda: events_of(programs))
    assert set(found) == set(programs), found
    assert min(found.values()) > 0
