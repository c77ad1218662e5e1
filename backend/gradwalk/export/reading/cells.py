"""What cells go by, and lines in them: a cell that writes a file by its name, and its lines as the file counts them."""

from __future__ import annotations

from collections.abc import Sequence

from gradwalk.document.schema import Cell, Span
from gradwalk.numbering import numbers_of
from gradwalk.writefile import to_write


def cell_name(cells: Sequence[Cell], index: int) -> str:
    """Its file, or the number that a notebook shows."""
    if asked := to_write(cells[index].source):
        return asked.name
    return str(numbers_of(cell.execution_count for cell in cells)[index])


def line_of(cells: Sequence[Cell], span: Span) -> int:
    """The line of a span, as who reads its cell or file counts."""
    return line_in(cells[span.cell], span.line)


def line_in(cell: Cell, line: int) -> int:
    """The same of a line of a cell."""
    return line - 1 if to_write(cell.source) else line
