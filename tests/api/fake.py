"""An executor that runs nothing: it sends what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from gradwalk.document.schema import Outcome
from gradwalk.sandbox.executor import Ending, GivesWay, RunRequest
from gradwalk.sandbox.report import Isolation

OK_FRAME = b'{"outcome": {"status": "ok"}}'


class FakeExecutor:
    """Sends ``frames`` and ``ending`` for every request and keeps the requests; with ``hang`` it never ends."""

    isolation: Isolation = "none"

    def __init__(
        self,
        frames: Sequence[bytes] = (OK_FRAME,),
        ending: Outcome | Exception = Outcome(status="ok"),  # noqa: B008
        *,
        hang: bool = False,
    ) -> None:
        self.frames = frames
        self.ending = ending
        self.hang = hang
        self.requests: list[RunRequest] = []
        self.started = self.stopped = self.abandoned = 0

    async def start(self) -> None:
        """Count it."""
        self.started += 1

    async def stop(self) -> None:
        """Count it."""
        self.stopped += 1

    async def run(self, request: RunRequest, gives_way: GivesWay | None = None) -> AsyncGenerator[bytes | Ending, None]:
        """Send them."""
        self.requests.append(request)
        try:
            for frame in self.frames:
                yield frame
            if self.hang:
                await asyncio.Event().wait()
            if isinstance(self.ending, Exception):
                raise self.ending
            yield Ending(self.ending)
        except (asyncio.CancelledError, GeneratorExit):
            self.abandoned += 1
            raise
