"""A recorder that writes down what it is told, with spans as the text that they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gradwalk.runner.cellfile import numbered
from gradwalk.runner.session import Session


class FakeRecorder:
    """`log` holds every call in order; `open` the scopes that are entered and not left."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []
        self.outputs: list[tuple[int, str, str]] = []
        self.open: list[int] = []
        self._sources: dict[int, list[bytes]] = {}
        self._spans: list[tuple[int, int, int, int, int]] = []
        self._scopes = 0

    def add_source(self, cell: int, source: str, filename: str, code_filename: str, above: int = 0) -> None:
        self._sources[cell] = source.encode().split(b"\n")

    def span(self, cell: int, lineno: int, column: int, end_lineno: int, end_column: int, /) -> int:
        self._spans.append((cell, lineno, column, end_lineno, end_column))
        return len(self._spans) - 1

    def text(self, span: int) -> str:
        """The source at a span."""
        cell, line, column, end_line, end_column = self._spans[span]
        lines = self._sources[cell][line - 1 : end_line]
        lines[-1] = lines[-1][:end_column]
        lines[0] = lines[0][column:]
        return b"\n".join(lines).decode()

    def subject(self, error: BaseException, calls: Sequence[Sequence[object]], /) -> dict[str, object]:
        return {}

    def cell_begin(self, cell: int, /) -> None:
        self.log.append(("begin", cell))

    def cell_end(self, cell: int, status: str, /) -> None:
        self.log.append(("end", cell, status))

    def line(self, span: int, /) -> None:
        self.log.append(("line", self.text(span)))

    def enter(self, kind: str, span: int, label: str, index: int | None = None, /) -> int:
        self._scopes += 1
        self.open.append(self._scopes)
        self.log.append(("enter", kind, label) if index is None else ("enter", kind, index))
        return self._scopes

    def leave(self, scope: int, /) -> None:
        while self.open and self.open[-1] >= scope:
            self.open.pop()
        self.log.append(("leave",))

    def bind(self, name: str, value: object, local: bool, /) -> None:
        self.log.append(("bind", name, value, "local" if local else "global"))

    def branch(self, statement: str, span: int, value: bool, tested: object, /) -> None:
        self.log.append(("branch", statement, self.text(span), value))

    def output(self, cell: int, kind: str, text: str, /) -> None:
        self.log.append(("output", cell, kind, text))
        if self.outputs and self.outputs[-1][:2] == (cell, kind) and kind in ("stdout", "stderr"):
            text = self.outputs.pop()[2] + text
        self.outputs.append((cell, kind, text))

    def warning(self, category: str, message: str, /) -> None:
        self.log.append(("warning", category, message))

    def error(self, span: int | None, /) -> None:
        self.log.append(("error", None if span is None else self.text(span)))


def run(*sources: str) -> tuple[FakeRecorder, dict[str, Any]]:
    """Run cells numbered from 1; what was told, and the outcome."""
    recorder = FakeRecorder()
    outcome = Session(numbered([(source, None) for source in sources]), recorder).run()
    return recorder, outcome


def told(source: str, *kinds: str) -> list[tuple[Any, ...]]:
    """What one cell tells, of these kinds (all if none are named)."""
    recorder, _ = run(source)
    return [entry for entry in recorder.log if entry[0] in kinds or not kinds]


def shown(*sources: str) -> list[tuple[int, str, str]]:
    """The outputs of cells, chunks of a stream joined."""
    return run(*sources)[0].outputs


def without_carets(text: str) -> str:
    """A traceback without the marks below its lines, of which each Python gives more than the one before."""
    return re.sub(r"^ *[~^]+\n", "", text, flags=re.MULTILINE)
