"""A file or standard input run in the sandbox: what ``run`` and ``export`` share."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gradwalk.cli.progress import RunProgress
from gradwalk.document.schema import Options, Trace
from gradwalk.errors import GradwalkError, SandboxUnsupported
from gradwalk.limits import KIB, Limits
from gradwalk.notebook import CellSource, cells_of
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.connection import check_system
from gradwalk.sandbox.executor import Executor, RunRequest
from gradwalk.sandbox.forkserver import UNREHEARSED, ForkServerExecutor
from gradwalk.sandbox.unconfined import UnconfinedExecutor


def run_file(file: str, options: Options, limits: Limits, *, unsafe: bool) -> Trace:
    """The trace of what is in ``file`` (``-``: standard input), with a bar on a terminal while it takes long."""
    return run_cells(cells_in(file, limits), options, limits, unsafe=unsafe)


def run_cells(cells: list[CellSource], options: Options, limits: Limits, *, unsafe: bool) -> Trace:
    """The same for cells."""
    return asyncio.run(_trace(RunRequest(tuple(cells), options), limits, unsafe))


def cells_in(file: str, limits: Limits) -> list[CellSource]:
    """The cells in ``file``."""
    cells = cells_of(read(file), None if file == "-" else file)
    if sum(len(cell.source.encode()) for cell in cells) > limits.source_bytes:
        raise GradwalkError(f"{file}: the code is longer than {limits.source_bytes / KIB:g} KiB.")
    if len(cells) > limits.cells:
        raise GradwalkError(f"{file}: there are {len(cells)} cells; at most {limits.cells} are run at once.")
    return cells


def read(file: str) -> str:
    """The text in ``file``."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise GradwalkError(f"cannot read {file}: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GradwalkError(f"cannot read {file}: it is not UTF-8 text") from error


async def _trace(request: RunRequest, limits: Limits, unsafe: bool) -> Trace:
    executor = _executor(limits, unsafe)
    try:
        with RunProgress(len(request.cells)) as progress:
            return await collect(executor, request, limits, taken=progress.take)
    finally:
        await executor.stop()


def _executor(limits: Limits, unsafe: bool) -> Executor:
    if unsafe:
        try:
            check_system()
        except SandboxUnsupported:
            return UnconfinedExecutor(limits)
    return ForkServerExecutor(limits, program=UNREHEARSED, slots=1, unsafe=unsafe)
