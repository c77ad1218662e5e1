"""The executor for where there is no sandbox: each run in a child process that may do whatever its user may.

Only for a person who runs code of their own on a machine of their own. The server never uses it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from gradwalk.document.schema import Outcome
from gradwalk.errors import SandboxUnavailable
from gradwalk.limits import LIMITS, Limits
from gradwalk.sandbox.executor import Ending, GivesWay, RunRequest
from gradwalk.sandbox.forkserver import encode
from gradwalk.sandbox.report import Isolation
from gradwalk.sandbox.starting import ENTRY, reason
from gradwalk.sandbox.stream import LENGTH, pack_frame
from gradwalk.sandbox.verdict import overrun, overtime

_PACKAGE_ROOT = str(Path(__file__).parents[2])
_BOOTSTRAP = (
    "import sys; entry, root = sys.argv[1:]; sys.path.append(root); "
    "from gradwalk.sandbox.unconfined_child import main; main(entry)"
)


class UnconfinedExecutor:
    """Runs every request in a process of its own, with the rights of whoever asks.

    ``entry`` is what the child runs snippets with, as ``module:function``; ``python`` the command that is its Python.
    """

    isolation: Isolation = "none"

    def __init__(self, limits: Limits = LIMITS, *, entry: str = ENTRY, python: str = sys.executable) -> None:
        self.limits = limits
        self._entry = entry
        self._python = python

    async def start(self) -> None:
        """Nothing is kept ready."""

    async def stop(self) -> None:
        """Every run ends with whoever reads it."""

    async def run(self, request: RunRequest, gives_way: GivesWay | None = None) -> AsyncGenerator[bytes | Ending, None]:
        """See :class:`~gradwalk.sandbox.executor.Executor`; nothing makes way here."""
        began = time.monotonic()
        command = [self._python, "-I", "-c", _BOOTSTRAP, self._entry, _PACKAGE_ROOT]
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        except OSError as error:
            raise SandboxUnavailable(f"Python could not be started: {reason(error)}.") from error
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            outcome = Outcome(status="ok")
            try:
                async with asyncio.timeout(self.limits.wall_seconds_hard + _START_SECONDS):
                    with contextlib.suppress(ConnectionError):
                        process.stdin.write(pack_frame(encode(request, self.limits)))
                        await process.stdin.drain()
                    received = 0
                    while (frame := await _frame(process.stdout)) is not None:
                        received += len(frame)
                        if received > self.limits.stream_bytes:
                            outcome = overrun(self.limits)
                            break
                        yield frame
            except TimeoutError:
                outcome = overtime(self.limits)
            yield Ending(outcome, time.monotonic() - began)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


_START_SECONDS = 5.0
"""What Python and numpy may take to load, beside the run's own time."""


async def _frame(stream: asyncio.StreamReader) -> bytes | None:
    """The next frame; None at the end, or where the child broke off."""
    try:
        (size,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        return await stream.readexactly(size) if size else None
    except asyncio.IncompleteReadError:
        return None
