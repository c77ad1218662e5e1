"""Where in the snippet something happened: spans of source text, and the stack frame that is the snippet's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

Position = tuple[int, int, int, int]
"""Line, column, end line, end column: lines from 1, columns from 0 in UTF-8 bytes, as Python's compiler counts."""


class Source:
    """The cells of a run, and their spans, each told to ``new_span`` once."""

    def __init__(self, new_span: Callable[[dict[str, int]], int]) -> None:
        self._new_span = new_span
        self._lines: dict[int, list[str]] = {}
        self._cells: dict[str, int] = {}
        self._spans: dict[tuple[int, Position], int] = {}
        self._tables: dict[CodeType, list[int | None] | None] = {}

    def add(self, cell: int, source: str, code_filename: str) -> None:
        """Register a cell under the file name its code was compiled with."""
        self._lines[cell] = source.splitlines() or [""]
        self._cells[code_filename] = cell

    def span(self, cell: int, position: Position) -> int:
        """The index of a span."""
        key = (cell, position)
        found = self._spans.get(key)
        if found is None:
            line, column, end_line, end_column = position
            found = self._spans[key] = self._new_span(
                {
                    "cell": cell,
                    "line": line,
                    "column": self._utf16(cell, line, column),
                    "end_line": end_line,
                    "end_column": self._utf16(cell, end_line, end_column),
                }
            )
        return found

    def _utf16(self, cell: int, line: int, column: int) -> int:
        lines = self._lines.get(cell, [])
        if not 1 <= line <= len(lines) or lines[line - 1].isascii():
            return column
        before = lines[line - 1].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace")
        return len(before.encode("utf-16-le", "surrogatepass")) // 2

    def here(self) -> int | None:
        """The span of the sub-expression that the snippet is evaluating now; None if none of its code is running."""
        frame: FrameType | None = sys._getframe(1)
        tables = self._tables
        while frame is not None:
            code = frame.f_code
            try:
                table = tables[code]
            except KeyError:
                table = tables[code] = self._table(code)
            if table is not None:
                return self._lookup(table, code, frame.f_lasti)
            frame = frame.f_back
        return None

    def _table(self, code: CodeType) -> list[int | None] | None:
        """By instruction, spans found so far (-1: not looked up); None for code that is not the snippet's."""
        return [-1] * (len(code.co_code) // 2) if code.co_filename in self._cells else None

    def _lookup(self, table: list[Any], code: CodeType, offset: int) -> int | None:
        found: int | None = table[offset // 2]
        if found == -1:
            position = list(code.co_positions())[offset // 2]
            line, end_line, column, end_column = position
            if line is None or end_line is None or column is None or end_column is None:
                found = None
            else:
                found = self.span(self._cells[code.co_filename], (line, column, end_line, end_column))
            table[offset // 2] = found
        return found
