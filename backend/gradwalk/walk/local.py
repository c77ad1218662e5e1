"""Runs on this machine: in the sandbox where there is one, else in a child process, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from gradwalk.document.assemble import Taken
from gradwalk.document.schema import Trace
from gradwalk.errors import SandboxUnsupported
from gradwalk.limits import Limits
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import Executor, RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.unconfined import UnconfinedExecutor
from gradwalk.walk.background import BACKGROUND


class NotConfined(UserWarning):
    """The code runs in a process that may do whatever its user may."""


WARNING = (
    "This machine has no sandbox for Gradwalk ('gradwalk doctor' says what is missing): the code runs in a child "
    "process that may do whatever you can. Trace only code that you trust."
)

Hears = Callable[[Taken], None]


class Local:
    """The executors of this process, one for each set of limits, kept warm until it ends, and they with it."""

    def __init__(self) -> None:
        self._executors: dict[Limits, Executor] = {}

    def run(self, request: RunRequest, limits: Limits, hears: Hears | None = None) -> Trace:
        """The trace of ``request``; ``hears`` is told of each frame, in another thread."""
        if limits not in self._executors:
            executor, confined = BACKGROUND.call(started(limits))
            if not confined:
                warnings.warn(WARNING, NotConfined, stacklevel=3)
            self._executors[limits] = executor
        return BACKGROUND.call(collect(self._executors[limits], request, limits, taken=hears))


async def started(limits: Limits) -> tuple[Executor, bool]:
    """An executor that is ready, and whether it holds in what it runs."""
    sandbox = ForkServerExecutor(limits, slots=1)
    try:
        await sandbox.start()
    except SandboxUnsupported:
        return UnconfinedExecutor(limits), False
    return sandbox, True


LOCAL = Local()
