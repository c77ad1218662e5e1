"""The last lines of a run that has gone past its limit on lines, kept aside until they are known to be the last."""

from __future__ import annotations

from collections import deque

from .journal import Journal
from .scopes import Open, Scopes
from .stream import sparse


class Tail:
    """A ring of lines and tests. What happens to a tensor is always recorded, and then what came before it is a gap."""

    def __init__(self, journal: Journal, scopes: Scopes, most: int) -> None:
        self._journal = journal
        self._scopes = scopes
        self._ring: deque[tuple[str | None, int, bool, tuple[Open, ...]]] = deque(maxlen=most)
        self.waiting = 0
        """Lines and tests since the last that were told or passed over."""
        self._lines = 0
        self.seen = 0
        """Lines in all, of those past the limit."""
        self.missing = 0
        """How many of them the record passes over."""
        self.told = 0
        """How many it tells, the last."""

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
        """Something else comes now: say how much came before it."""
        self._gap(self._lines, self.waiting - self._lines)
        self._clear()

    def tell(self) -> None:
        """The run or its cell ends here: say how much is missing, and tell the last."""
        lines = sum(1 for entry in self._ring if entry[0] is None)
        self._gap(self._lines - lines, self.waiting - self._lines - (len(self._ring) - lines))
        self.told = lines or self.told
        for statement, span, value, chain in self._ring:
            event = {"kind": "line", "span": span, "scope": self._scopes.innermost(chain)}
            if statement is not None:
                event |= {"kind": "branch", "statement": statement, "value": value}
            self._journal.entries.append(sparse(event))
        self._clear()

    def _gap(self, lines: int, tests: int) -> None:
        if lines or tests:
            self._journal.entries.append({"kind": "gap", "lines": lines, "tests": tests})
            self.missing += lines

    def _clear(self) -> None:
        self._ring.clear()
        self.waiting = self._lines = 0
