"""What cells go by, and lines in them: a cell that writes a file by its name, and its lines as the file counts them."""

from __future__ import annotations

from collections.abc import Sequence

from gradwalk.document.schema import Cell, Span
from gradwalk.writefile import to_write


def cell_name(cells: Sequence[Cell], index: int) -> str:
    """Its file, or the number that a notebook shows: the one it came with, else it counts on from the cell before."""
    if asked := to_write(cells[index].source):
        return asked.name
    for back, cell in enumerate(reversed(cells[: index + 1])):
        if cell.execution_count is not None:
            return str(cell.execution_count + back)
    return str(index + 1)


def line_of(cells: Sequence[Cell], span: Span) -> int:
    """The line of a span, as who reads its cell or file counts."""
    return line_in(cells[span.cell], span.line)


def line_in(cell: Cell, line: int) -> int:
    """The same of a line of a cell."""
    return line - 1 if to_write(cell.source) else line
