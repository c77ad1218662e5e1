"""How far a run has come, on stderr, where that is a terminal and the run takes long enough to wonder."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gradwalk.document.assemble import Taken

_PATIENCE_SECONDS = 0.5


class RunProgress:
    """A bar with a part for each cell, and the number of operations; it leaves nothing behind."""

    def __init__(self, cells: int) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("cell"),
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[ops]:,} operations"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._cells = cells
        self._cell = 0
        self._ops = 0
        self._began = time.monotonic()
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            self._progress.stop()

    def take(self, taken: Taken) -> None:
        """Hear of what is new."""
        self._ops += taken.ops
        if taken.cell is not None:
            self._cell = taken.cell + 1
        if not self._console.is_terminal:
            return
        if not self._shown and time.monotonic() - self._began > _PATIENCE_SECONDS:
            self._shown = True
            self._progress.start()
            self._task = self._progress.add_task("run", total=self._cells, ops=0)
        if self._shown:
            self._progress.update(self._task, completed=self._cell, ops=self._ops)
