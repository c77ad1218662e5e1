"""Runs on this machine: in the sandbox where there is one, else in a child process, with a warning."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from gradwalk.errors import SandboxUnsupported
from gradwalk.limits import Limits
from gradwalk.sandbox.starting import PROGRAM, Started, start
from gradwalk.walk.background import BACKGROUND

if TYPE_CHECKING:
    from gradwalk.document.assemble import Taken
    from gradwalk.document.schema import Trace
    from gradwalk.sandbox.executor import Executor, RunRequest

    Hears = Callable[[Taken], None]


class NotConfined(UserWarning):
    """The code runs in a process that may do whatever its user may."""


WARNING = (
    "This machine has no sandbox for Gradwalk ('gradwalk doctor' says what is missing): the code runs in a child "
    "process that may do whatever you can. Trace only code that you trust."
)


class Local:
    """The executors of this process, one for each set of limits, kept warm until it ends, and they with it."""

    def __init__(self) -> None:
        self._executors: dict[Limits, Executor] = {}
        self._started: Started | None = None

    def begin(self, limits: Limits) -> None:
        """Start what a first run under these limits needs, so that it gets ready while its caller loads the rest."""
        if limits not in self._executors and self._started is None:
            with contextlib.suppress(SandboxUnsupported):
                self._started = BACKGROUND.call(_started())

    def run(self, request: RunRequest, limits: Limits, hears: Hears | None = None) -> Trace:
        """The trace of ``request``; ``hears`` is told of each frame, in another thread."""
        from gradwalk.sandbox.collect import collect

        if limits not in self._executors:
            started, self._started = self._started, None
            executor, confined = BACKGROUND.call(_ready(limits, started))
            if not confined:
                warnings.warn(WARNING, NotConfined, stacklevel=3)
            self._executors[limits] = executor
        return BACKGROUND.call(collect(self._executors[limits], request, limits, taken=hears))


async def _started() -> Started:
    """A fork server, started in the thread that keeps it."""
    return start(PROGRAM)


async def _ready(limits: Limits, started: Started | None) -> tuple[Executor, bool]:
    """An executor that is ready, and whether it holds in what it runs."""
    from gradwalk.sandbox.forkserver import ForkServerExecutor
    from gradwalk.sandbox.unconfined import UnconfinedExecutor

    sandbox = ForkServerExecutor(limits, slots=1, started=started)
    try:
        await sandbox.start()
    except SandboxUnsupported:
        return UnconfinedExecutor(limits), False
    return sandbox, True


LOCAL = Local()
