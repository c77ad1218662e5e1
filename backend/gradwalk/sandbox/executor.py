"""The seam between the server and the place where snippets run: one method, which the tests fake in ten lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from gradwalk.document.schema import Options, Outcome
from gradwalk.notebook import CellSource
from gradwalk.sandbox.report import Isolation


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The cells to run, in order, and what the client asks of the run."""

    cells: tuple[CellSource, ...]
    options: Options


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended as seen from outside, and what it took: times are no part of its trace."""

    outcome: Outcome
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0


GivesWay = asyncio.Future[None]
"""Done when a run is to make way for others: it goes on beside them, with what they leave of the cores."""


class Executor(Protocol):
    """Runs snippets somewhere else."""

    @property
    def isolation(self) -> Isolation:
        """How well what runs there is kept away from everything here."""

    async def start(self) -> None:
        """Get ready, or again; raises :class:`~gradwalk.errors.SandboxError` if that cannot be."""

    async def stop(self) -> None:
        """End every run and let go of everything."""

    def run(self, request: RunRequest, gives_way: GivesWay | None = None) -> AsyncGenerator[bytes | Ending, None]:
        """Run the cells: frames as they come, each one JSON document, and at last how it ended.

        Closing the generator early kills the run.
        """
