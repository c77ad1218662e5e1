"""The last lines of a run that has gone past its limit on lines, told with what they did once they are known as such.

What happens to tensors is always recorded; lines past the limit only if they turn out to be among the last. So what
comes after such a line waits with it, until enough more have come, or until the record has been sent twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from .growing import Growing
from .journal import Journal
from .rows import row, sparse
from .scopes import Open, Scopes
from .stream import Stream

_MOST = 2_000
"""Events that wait at once: a single line can be a long backward pass."""

_Line = tuple[str | None, int, bool, tuple[Open, ...]]
"""A line or a test: the kind of statement that tests, the span, how it came out, the scopes that were open."""


class _Batch:
    """Lines and tests in a row that may be told, and how many before them will not be."""

    __slots__ = ("lines", "missing_lines", "missing_tests")

    def __init__(self, lines: list[_Line], missing_lines: int, missing_tests: int) -> None:
        self.lines, self.missing_lines, self.missing_tests = lines, missing_lines, missing_tests

    def keep(self, count: int) -> None:
        """Leave out all but the last ``count``."""
        for line in self.lines[: len(self.lines) - count]:
            self.missing_tests += line[0] is not None
            self.missing_lines += line[0] is None
        self.lines = self.lines[len(self.lines) - count :]


class Tail:
    """The last ``most`` lines and tests of those past the first ``lines``; a ``gap`` counts those that are left out."""

    __slots__ = (
        "_batches", "_journal", "_lines", "_most", "_old", "_over", "_ring", "_scopes", "_stream", "left", "missing",
        "seen", "told", "waiting",
    )  # fmt: skip

    def __init__(self, journal: Journal, stream: Stream, scopes: Scopes, lines: int, most: int) -> None:
        self._journal = journal
        self._stream = stream
        self._scopes = scopes
        self._most = most
        self.left = lines
        """Lines that are told as they come."""
        self._ring: deque[_Line] = deque(maxlen=most)
        self.waiting = 0
        """Lines and tests since anything else happened."""
        self._lines = 0
        self._old = 0
        """How many of the events that wait did so already when the record was last sent."""
        self._over = False
        """Whether those that wait are the last."""
        self.seen = 0
        """Lines in all, of those past the limit."""
        self.missing = 0
        """How many of them the record leaves out."""
        self._batches: list[tuple[int, _Batch]] = []
        """Those that wait, and before which event."""
        self.told = 0
        """How many it tells, the last."""

    def note(self, write: Callable[..., None], *what: Any) -> None:
        """Have something else written down by ``write``; lines that were kept aside until now come before."""
        if self.waiting:
            self.pass_over()
        self._journal.entries.append((write, what))
        if self._journal.at_once:
            self._journal.settle()

    def event(self, fields: dict[str, Any]) -> None:
        """Something else happened; what is null is left out."""
        if self.waiting:
            self.pass_over()
        self._journal.entries.append(row(sparse(fields)))

    def line(self, span: int) -> None:
        """A statement is about to run."""
        self.waiting += 1
        self._lines += 1
        self.seen += 1
        self._ring.append((None, span, False, self._scopes.chain()))

    def test(self, statement: str, span: int, value: bool) -> None:
        """A test of no tensor came out."""
        self.waiting += 1
        self._ring.append((statement, span, value, self._scopes.chain()))

    def pass_over(self) -> None:
        """Something else comes now, perhaps as what the last lines did."""
        lines = sum(1 for line in self._ring if line[0] is None)
        tests = len(self._ring) - lines
        batch = _Batch(list(self._ring), self._lines - lines, self.waiting - self._lines - tests)
        self._journal.entries.append((self._wait, (batch,)))
        self._stream.sift = self._sift
        self._ring.clear()
        self.waiting = self._lines = 0

    def tell(self) -> None:
        """The run or its cell ends here: tell the last lines."""
        if self.waiting:
            self.pass_over()
        self._over = self._stream.sift is not None

    def _wait(self, batch: _Batch) -> None:
        self._batches.append((len(self._stream.events), batch))

    def _sift(self, growing: Growing) -> int:
        """Write the batches that can be sent now among the new events; gives how many of these can be sent."""
        events: list[Any] = growing.rows()
        for position, batch in reversed(self._batches):
            events.insert(position - growing.before, batch)
        rows, kept = self._parted(events)
        ready, batches = len(rows), []
        for event in kept:
            if isinstance(event, _Batch):
                batches.append((growing.before + len(rows), event))
            else:
                rows.append(event)
        growing.renew(rows)
        self._batches = batches
        return ready

    def _parted(self, events: list[Any]) -> tuple[list[str], list[Any]]:
        """Of the events that have not been sent, with batches among them, what can be now, and what waits on."""
        room = self._most
        for event in reversed(events):
            if isinstance(event, _Batch):
                event.keep(min(room, len(event.lines)))
                room -= len(event.lines)
        if self._over:
            self._over, self._old = False, 0
            self.told = self._lines_in(events) or self.told
            return self._written(events), []
        ready = max(self._old, len(events) - _MOST)
        for event in events[:ready]:
            if isinstance(event, _Batch):
                event.keep(0)
        while ready < len(events) and not (isinstance(events[ready], _Batch) and events[ready].lines):
            ready += 1
        self._old = len(events) - ready
        return self._written(events[:ready]), events[ready:]

    @staticmethod
    def _lines_in(events: list[Any]) -> int:
        batches = [event for event in events if isinstance(event, _Batch)]
        return sum(line[0] is None for batch in batches for line in batch.lines)

    def _written(self, events: list[Any]) -> list[str]:
        """The events, with the lines of batches and the gaps before them."""
        written = []
        for event in events:
            if not isinstance(event, _Batch):
                written.append(event)
                continue
            if event.missing_lines or event.missing_tests:
                gap = {"kind": "gap", "lines": event.missing_lines, "tests": event.missing_tests}
                written.append(row(gap))
                self.missing += event.missing_lines
            for statement, span, value, chain in event.lines:
                line = {"kind": "line", "span": span, "scope": self._scopes.innermost(chain)}
                if statement is not None:
                    line |= {"kind": "branch", "statement": statement, "value": value}
                written.append(row(sparse(line)))
        return written
