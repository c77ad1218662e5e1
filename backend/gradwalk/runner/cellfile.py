"""A cell, or a file that a cell has written, as what Python compiles, and what a person is told it is."""

from __future__ import annotations

import linecache
import os
from typing import NamedTuple

from gradwalk.engine.kept import HERE
from gradwalk.numbering import numbers_of
from gradwalk.runner.source import Position
from gradwalk.text import clean


class CellFile(NamedTuple):
    """Code that stands in a cell of a run."""

    cell: int
    source: str
    number: int
    """What a notebook shows: In [n]; 0 for a file that came along with a lesson, which says nothing of itself."""
    path: str = ""
    """Where the run has it as a file, below a first line of the cell's that says so."""

    @property
    def filename(self) -> str:
        """The file name that its code carries."""
        return self.path or f"<cell {self.cell}>"

    @property
    def title(self) -> str:
        """What stands for that name in all that a person reads."""
        return os.path.relpath(self.path, HERE) if self.path else f"Cell In[{self.number}]"

    @property
    def above(self) -> int:
        """How many lines of the cell stand above its own."""
        return 1 if self.path else 0

    def in_cell(self, where: Position) -> Position:
        """Where in the cell a stretch of it stands."""
        line, column, end_line, end_column = where
        return line + self.above, column, end_line + self.above, end_column

    def text_of_line(self, number: int) -> str:
        """A line of its source; empty if there is none of that number."""
        lines = self.source.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def show_to_linecache(self) -> None:
        """Let tracebacks, ``inspect.getsource`` and the like find the source."""
        lines = [line + "\n" for line in self.source.split("\n")]
        linecache.cache[self.filename] = (len(self.source), None, lines, self.filename)


def numbered(cells: list[tuple[str, int | None]]) -> list[CellFile]:
    """The cells of a run, of which each is a source and the number it had, if any."""
    numbers = numbers_of(execution_count for _, execution_count in cells)
    return [
        CellFile(cell, clean(source).replace("\r\n", "\n").replace("\r", "\n"), numbers[cell])
        for cell, (source, _) in enumerate(cells)
    ]
