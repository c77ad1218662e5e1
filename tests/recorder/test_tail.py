"""A run that goes past the limit on lines: both ends are on record, what lies between is counted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson
import pytest

from gradwalk.document.assemble import Assembler
from gradwalk.document.fold import frame_at
from gradwalk.document.schema import Cell, Event, Options, Outcome, Trace
from gradwalk.limits import LIMITS
from gradwalk.recorder.journal import Journal
from gradwalk.recorder.rows import row
from gradwalk.recorder.scopes import Scopes
from gradwalk.recorder.stream import Stream
from gradwalk.recorder.tail import Tail
from gradwalk.runner import run
from tests.recorder.tracing import numbers

SHORT = LIMITS._replace(lines=10, last_lines=4)


def trace_of(*sources: str) -> Trace:
    """The trace of these cells under limits that a short loop passes."""
    assembler = Assembler([Cell(source=source) for source in sources], Options())

    def feed(frame: dict[str, Any]) -> int:
        payload = orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)
        assert assembler.feed(payload), assembler.fault
        return len(payload)

    cells = [{"source": source, "execution_count": None} for source in sources]
    run(cells, Options().model_dump(), feed, SHORT)
    return assembler.finish(Outcome(status="ok"))


def story(events: list[Event], trace: Trace) -> list[Any]:
    """Lines as (line, iteration), gaps as their counts, other kinds by name."""
    told: list[Any] = []
    for event in events:
        if event.kind == "line":
            scope = None if event.scope is None else trace.scopes[event.scope]
            told.append((trace.spans[event.span].line, scope and scope.index))
        elif event.kind == "gap":
            told.append({"lines": event.lines, "tests": event.tests})
        else:
            told.append(event.kind)
    return told


def test_a_long_loop_keeps_its_first_lines_and_its_last_and_counts_those_between() -> None:
    trace = trace_of("i = 0\nwhile i < 100:\n    i += 1")
    lines = [each for each in story(trace.events, trace) if isinstance(each, tuple | dict)]
    head = [(1, None), (2, 1), (3, 1), (2, 2), (3, 2), (2, 3), (3, 3), (2, 4), (3, 4), (2, 5)]
    # 1 + 2 for each of 100 rounds + the last test, of which 10 are the head; the last four lines and tests are these.
    tail = [{"lines": 202 - 10 - 2, "tests": 101 - 4 - 2}, (3, 100), (2, 101)]
    assert lines == [*head, *tail]
    assert [event.kind for event in trace.events[-5:]] == ["branch", "line", "line", "branch", "cell_end"]


def test_a_run_that_is_stopped_says_how_many_lines_are_on_record() -> None:
    trace = trace_of("i = 0\nwhile i < 100:\n    i += 1\nx = bytearray(1 << 60)")
    assert trace.outcome.status == "memory"
    assert trace.outcome.message == (
        "Stopped because it needed more than 256 MiB of memory at line 4 of Cell In[1]. "
        "Of its 203 lines, the first 10 and the last 3 are on record one by one."
    )


def test_what_happens_to_tensors_is_on_record_even_between_the_ends() -> None:
    source = "import torch\nx = torch.tensor(0.)\nfor i in range(60):\n    if i % 20 == 0:\n        x += 1"
    trace = trace_of(source)
    kinds = story(trace.events, trace)
    writes = [place for place, kind in enumerate(kinds) if kind == "write"]
    assert len(writes) == 3
    assert all(any(isinstance(kind, dict) for kind in kinds[a:b]) for a, b in pairwise(writes))
    total = sum(kind["lines"] if isinstance(kind, dict) else isinstance(kind, tuple) for kind in kinds)
    # Two before the loop; the loop's own line; per round its if and what it goes back to the loop's line for.
    assert total == 2 + 1 + 60 * 2 + 3


def test_the_state_past_a_gap_is_what_it_was_when_the_tail_ran() -> None:
    trace = trace_of("import torch\nx = torch.tensor(0.)\nfor i in range(50):\n    x += 1\nfor i in range(90): pass")
    gap = max(place for place, event in enumerate(trace.events) if event.kind == "gap")
    before, after = frame_at(trace, gap), frame_at(trace, gap + 1)
    assert (before.storages, before.globals, before.span) == (after.storages, after.globals, after.span)
    [storage] = after.storages.values()
    assert numbers(trace, storage.value) == [50.0]
    last = frame_at(trace, len(trace.events) - 1)
    assert last.span is not None
    assert trace.spans[last.span].line == 5


@pytest.mark.parametrize("rounds", [1, 3, 4, 5, 6])
def test_short_of_the_limits_together_nothing_is_missing(rounds: int) -> None:
    trace = trace_of(f"for i in range({rounds}):\n    i")
    lines = 1 + 2 * rounds
    assert lines <= 10 + 4
    assert [event.kind for event in trace.events].count("line") == lines
    assert "gap" not in {event.kind for event in trace.events}


def test_an_error_comes_after_the_last_lines() -> None:
    trace = trace_of("for i in range(100):\n    1 / (99 - i)")
    kinds = [event.kind for event in trace.events]
    assert kinds[-7:] == ["line", "line", "line", "line", "output", "error", "cell_end"]


def test_the_last_lines_stand_among_what_they_did() -> None:
    trace = trace_of("import torch\nx = torch.tensor(0.)\nfor i in range(50):\n    x += 1\n    x += i")
    told = story(trace.events, trace)
    begin = max(place for place, each in enumerate(told) if isinstance(each, dict)) + 1
    # Per round the loop's line, two lines, each with what it did; the loop's line once more, and the end of the cell.
    did = ["write", "op", "bind"]
    assert [each for each in told[begin:] if isinstance(each, tuple)] == [(3, None), (4, 50), (5, 50), (3, None)]
    kinds = [each if isinstance(each, str) else "line" for each in told[begin:]]
    assert kinds == [*did, "line", "line", *did, "line", *did, "line", "cell_end"]
    assert sum(each == "op" for each in told) == 101
    counted = sum(each["lines"] if isinstance(each, dict) else isinstance(each, tuple) for each in told)
    assert counted == 3 + 3 * 50


def test_text_past_the_limit_is_all_there_and_grows_as_it_was_printed() -> None:
    trace = trace_of("for i in range(40):\n    print(i)")
    grown = [event.length for event in trace.events if event.kind == "output"]
    assert grown == sorted(set(grown))
    assert len(grown) == 40
    assert [output.text for output in trace.cells[0].outputs] == ["".join(f"{i}\n" for i in range(40))]


def test_what_has_waited_for_long_is_sent_that_a_kill_may_not_lose_it() -> None:
    sent, journal, tail = a_tail()
    for span in range(3):
        happen(journal, tail, span, {"kind": "op", "op": span})
    for _ in range(2):
        journal.send()
    assert [event["op"] for event in sent if event["kind"] == "op"] == [0, 1, 2]
    assert sum(event["lines"] for event in sent if event["kind"] == "gap") == 3
    tail.line(7)
    tail.tell()
    journal.send()
    assert sent[-1] == {"kind": "line", "span": 7}


def test_a_long_backward_pass_in_one_line_does_not_wait_for_its_end() -> None:
    sent, journal, tail = a_tail()
    happen(journal, tail, 0, *({"kind": "vjp", "node": node} for node in range(12_000)))
    journal.send()
    assert len(sent) >= 10_000
    tail.tell()
    journal.send()
    assert [event["node"] for event in sent if event["kind"] == "vjp"] == list(range(12_000))


def a_tail() -> tuple[list[dict[str, Any]], Journal, Tail]:
    """One that keeps a hundred lines, with the events that are sent."""
    sent: list[dict[str, Any]] = []
    stream = Stream(lambda frame: sent.extend(orjson.loads(orjson.dumps(frame.get("events", [])))), 1000)
    journal = Journal(stream)
    return sent, journal, Tail(journal, stream, Scopes(stream), lines=0, most=100)


def happen(journal: Journal, tail: Tail, span: int, *events: dict[str, Any]) -> None:
    """A line runs and these are what it does."""
    tail.line(span)
    tail.pass_over()
    journal.entries.extend(map(row, events))
