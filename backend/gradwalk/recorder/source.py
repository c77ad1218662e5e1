"""Where in the snippet something happened: spans of source text, and the stack frame that is the snippet's own."""

from __future__ import annotations

import sys
from types import CodeType, FrameType

from .core import Core
from .growing import Growing

Position = tuple[int, int, int, int]
"""Line, column, end line, end column: lines from 1, columns from 0 in UTF-8 bytes, as Python's compiler counts."""

_UNKNOWN = -1


class Table:
    """One code object's instructions. Tables are found by the code's ``id``: hashing takes as long as it is large."""

    __slots__ = ("above", "cell", "code", "positions", "spans")

    def __init__(
        self,
        code: CodeType,
        cell: int | None,
        above: int,
        positions: list[tuple[int | None, int | None, int | None, int | None]],
        spans: list[int | None],
    ) -> None:
        self.code = code
        """Kept, so that its ``id`` stays its own."""
        self.cell = cell
        """None for code that is not the snippet's."""
        self.above = above
        """Lines of the cell above those of the code."""
        self.positions = positions
        self.spans = spans
        """What was found so far, by instruction."""


class Spans:
    """Spans of source text by where they are, each written once. Where the recorder's core is compiled, its own stand
    for these."""

    def __init__(self, rows: Growing) -> None:
        self._rows = rows
        self._known: dict[tuple[int, ...], int] = {}

    def at(self, cell: int, line: int, column: int, end_line: int, end_column: int) -> int:
        """The index of a span; columns in UTF-16 units."""
        key = cell, line, column, end_line, end_column
        found = self._known.get(key)
        if found is None:
            where = f'"line":{line},"column":{column},"end_line":{end_line},"end_column":{end_column}'
            found = self._known[key] = self._rows.append(f'{{"cell":{cell},{where}}}')
        return found


class Source:
    """The cells of a run, and their spans."""

    def __init__(self, rows: Growing, core: Core | None = None) -> None:
        self.lines: dict[int, list[str]] = {}
        """Of cells that are not of ASCII alone."""
        self.cells: dict[str, tuple[int, int]] = {}
        """By the name of a file, the cell that has its text, and how many lines of it stand above."""
        self.spans = Spans(rows) if core is None else core.Spans(rows)
        self.tables: dict[int, Table] = {}

    def add(self, cell: int, source: str, code_filename: str, above: int) -> None:
        """Register a cell under the file name that code was compiled with, which begins below so many of its lines."""
        if not source.isascii():
            # The only line ends left: str.splitlines knows more than Python does.
            self.lines[cell] = source.split("\n")
        self.cells[code_filename] = cell, above

    def span(self, cell: int, position: Position) -> int:
        """The index of a span."""
        line, column, end_line, end_column = position
        if cell in self.lines:
            column, end_column = self._utf16(cell, line, column), self._utf16(cell, end_line, end_column)
        return self.spans.at(cell, line, column, end_line, end_column)

    def _utf16(self, cell: int, line: int, column: int) -> int:
        lines = self.lines[cell]
        if not 1 <= line <= len(lines) or lines[line - 1].isascii():
            return column
        before = lines[line - 1].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace")
        return len(before.encode("utf-16-le", "surrogatepass")) // 2

    def here(self) -> int | None:
        """The span of the sub-expression that the snippet is evaluating now; None if none of its code is running."""
        frame: FrameType | None = sys._getframe(2)  # this is called by the recorder
        tables = self.tables
        while frame is not None:
            code = frame.f_code
            table = tables.get(id(code))
            if table is None:
                table = tables[id(code)] = self.table(code)
            if table.cell is not None:
                found = table.spans[frame.f_lasti // 2]
                return self.lookup(table, frame.f_lasti // 2) if found == _UNKNOWN else found
            frame = frame.f_back
        return None

    def table(self, code: CodeType) -> Table:
        """What is known of code that is met for the first time."""
        found = self.cells.get(code.co_filename)
        if found is None:
            return Table(code, None, 0, [], [])
        positions = list(code.co_positions())
        return Table(code, *found, positions, [_UNKNOWN] * len(positions))

    def lookup(self, table: Table, instruction: int) -> int | None:
        """The span of an instruction that is met for the first time."""
        line, end_line, column, end_column = table.positions[instruction]
        if table.cell is None or line is None or end_line is None or column is None or end_column is None:
            found = None
        else:
            found = self.span(table.cell, (line + table.above, column, end_line + table.above, end_column))
        table.spans[instruction] = found
        return found
