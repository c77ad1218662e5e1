"""Executors whose children run ``tests.sandbox.snippets`` instead of the runner, under limits for short tests."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from gradwalk.document.schema import Options, Trace
from gradwalk.limits import LIMITS, Limits
from gradwalk.notebook import CellSource
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.starting import Program

ROOT = str(Path(__file__).resolve().parents[2])
SHORT = LIMITS._replace(wall_seconds=0.8, wall_seconds_hard=1.2)
LITTLE_CPU = LIMITS._replace(cpu_seconds=1, cpu_seconds_hard=2, wall_seconds=20.0, wall_seconds_hard=30.0)

SAY = 'emit({"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": "so far"}]})\n'
"""A line of a snippet that prints something."""

Run = Callable[[str], Awaitable[Trace]]


def program(entry: str = "entry", python: Sequence[str] = (sys.executable,), paths: Sequence[str] = ()) -> Program:
    """What has children run ``tests.sandbox.snippets.<entry>``."""
    preload = "catch_soft_limits" if entry == "with_soft_limits" else "preload"
    return Program(
        f"tests.sandbox.snippets:{entry}", f"tests.sandbox.snippets:{preload}", paths=[ROOT, *paths], python=python
    )


def executor(
    limits: Limits = LIMITS, entry: str = "entry", slots: int | None = None, recycle_after: int = 1000
) -> ForkServerExecutor:
    """A fork server whose children run ``tests.sandbox.snippets.<entry>``."""
    return ForkServerExecutor(limits, program=program(entry), slots=slots, recycle_after=recycle_after)


def request(*sources: str) -> RunRequest:
    """A request with these cells."""
    return RunRequest(tuple(CellSource(source) for source in sources), Options())


def said(trace: Trace) -> str:
    """What the first cell printed."""
    return "".join(output.text for output in trace.cells[0].outputs)
