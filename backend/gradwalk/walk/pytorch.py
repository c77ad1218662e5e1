"""Runs on real PyTorch, in this very process: only who asks for them loads it, and what listens to it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import ModuleType

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options, Outcome, Trace
from gradwalk.errors import ExtraMissing
from gradwalk.limits import Limits
from gradwalk.notebook import CellSource

MISSING = "The engine 'torch' is PyTorch itself, which is not installed here: pip install 'gradwalk[torch]'."


def listening(module: str) -> ModuleType:
    """A module of :mod:`gradwalk.pytorch`; raises :class:`ExtraMissing` if there is no PyTorch."""
    try:
        return importlib.import_module(f"gradwalk.pytorch.{module}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "torch":
            raise
        raise ExtraMissing(MISSING) from None


def run_here(cells: Sequence[CellSource], options: Options, limits: Limits) -> Trace:
    """The trace of ``cells``, run with the rights of this process."""
    run = listening("run").run
    assembler = Assembler([Cell(source=cell.source, execution_count=cell.execution_count) for cell in cells], options)
    given = [{"source": cell.source, "execution_count": cell.execution_count} for cell in cells]
    run(given, options.model_dump(), assembler.feed, limits)
    return assembler.finish(Outcome(status="ok"))
