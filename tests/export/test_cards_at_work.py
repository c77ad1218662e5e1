"""Which card of a tensor a step lights: the one that is there."""

from __future__ import annotations

from gradwalk.document.events import Accumulate
from gradwalk.export.graph.cards import FullGraph
from gradwalk.export.graph.state import Activity, card_state
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.steps import steps_of
from tests.recorder.tracing import trace_of

WRITTEN = """\
import torch
w = torch.tensor(1.0, requires_grad=True)
(w * 2).backward()
with torch.no_grad():
    w -= 0.5
(w * w).backward()
"""


def test_a_leafs_later_card_is_not_at_work_before_the_write_that_makes_it() -> None:
    trace = trace_of(WRITTEN)
    run = Run(trace)
    full = FullGraph(run)
    before, after = (full.cards[name] for name in full.cards_of_tensor[0])
    gets = [s for s in steps_of(trace) if any(isinstance(e, Accumulate) for e in trace.events[s.start : s.end])]
    assert [
        [card_state(full, card, Activity(run, step), step.end).state for card in (before, after)] for step in gets
    ] == [["active", "pending"], ["done", "active"]]
