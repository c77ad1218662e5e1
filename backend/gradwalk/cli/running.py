"""A file or standard input run in the sandbox, which is started early: what commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gradwalk.errors import GradwalkError, SandboxUnsupported
from gradwalk.limits import Limits
from gradwalk.notebook import CellSource, cells_of, file_cell, modules_beside, text_of, text_of_file
from gradwalk.sandbox.starting import UNREHEARSED, Program, Started, start

if TYPE_CHECKING:
    from gradwalk.document.schema import Trace


_early: list[Started] = []
"""A fork server that nobody has taken yet."""


@contextmanager
def started_early(program: Program) -> Iterator[None]:
    """Have a fork server load while what reads the command line does, and whatever the command needs besides. It
    ends with the command, also where nobody has taken it."""
    with suppress(GradwalkError):  # which whoever needs it is told
        _early.append(start(program))
    own = [*_early]
    try:
        yield
    finally:
        _early.clear()
        for started in own:
            started.abandon()


def taken() -> Started | None:
    """The fork server that was started early, if one was, and nobody has taken it."""
    return _early.pop() if _early else None


def run_file(file: str, also: Sequence[Path] | None, seed: int | None, limits: Limits, *, unsafe: bool) -> Trace:
    """The trace of what is in ``file`` (``-``: standard input), to which the files ``also`` are there, with a bar on a
    terminal while it takes long."""
    cells = lesson_in(file, also, limits)
    started = _started(unsafe)
    try:
        # Loaded only now: it takes as long as the fork server takes to get ready.
        from gradwalk.cli.tracing import trace

        return trace(cells, seed, limits, started, unsafe=unsafe)
    except BaseException:
        if started is not None:
            started.abandon()
        raise


def _started(unsafe: bool) -> Started | None:
    """A fork server; None where there can be none, and code is to run all the same."""
    try:
        return taken() or start(UNREHEARSED)
    except SandboxUnsupported:
        if not unsafe:
            raise
        return None


def lesson_in(file: str, also: Sequence[Path] | None, limits: Limits) -> list[CellSource]:
    """The cells in ``file``, after those that write the files ``also`` and the modules beside it that it imports."""
    cells = cells_in(file, limits)
    folder = folder_of(file)
    written = [file_cell(_name_in(folder, path), read(str(path))) for path in also or ()]
    return within(limits, file, [*written, *(() if file == "-" else modules_beside(cells, folder)), *cells])


def folder_of(file: str) -> Path:
    """The folder in which a file's code would look for what lies beside it."""
    return Path() if file == "-" else Path(file).parent


def cells_in(file: str, limits: Limits) -> list[CellSource]:
    """The cells in ``file`` alone."""
    return within(limits, file, cells_of(read(file), None if file == "-" else file))


def within(limits: Limits, file: str, cells: list[CellSource]) -> list[CellSource]:
    """``cells``, if they may all be run at once."""
    if why := limits.refusal([cell.source for cell in cells]):
        raise GradwalkError(f"{file}: {why[0].lower()}{why[1:]}")
    return cells


def _name_in(folder: Path, path: Path) -> str:
    """What the code finds a file by: its path as seen from the code's folder, if it lies there, else its name."""
    inside = path.resolve().is_relative_to(folder.resolve())
    return path.resolve().relative_to(folder.resolve()).as_posix() if inside else path.name


def read(file: str) -> str:
    """The text in ``file``."""
    return text_of(sys.stdin.buffer.read(), file) if file == "-" else text_of_file(Path(file))
