"""A cell as the file that Python takes it for: what it is compiled as, and what a person is told it is."""

from __future__ import annotations

import linecache
from typing import NamedTuple

from gradwalk.text import clean


class CellFile(NamedTuple):
    """One cell of a run."""

    cell: int
    source: str
    number: int
    """What a notebook shows: In [n]."""

    @property
    def filename(self) -> str:
        """The file name that its code carries."""
        return f"<cell {self.cell}>"

    @property
    def title(self) -> str:
        """What stands for that name in all that a person reads."""
        return f"Cell In[{self.number}]"

    def text_of_line(self, number: int) -> str:
        """A line of its source; empty if there is none of that number."""
        lines = self.source.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def show_to_linecache(self) -> None:
        """Let tracebacks, ``inspect.getsource`` and the like find the source."""
        lines = [line + "\n" for line in self.source.split("\n")]
        linecache.cache[self.filename] = (len(self.source), None, lines, self.filename)


def numbered(cells: list[tuple[str, int | None]]) -> list[CellFile]:
    """The cells of a run, of which each is a source and the number it had, if any: else it counts on."""
    files: list[CellFile] = []
    number = 0
    for cell, (source, execution_count) in enumerate(cells):
        number = number + 1 if execution_count is None else execution_count
        files.append(CellFile(cell, clean(source).replace("\r\n", "\n").replace("\r", "\n"), number))
    return files
