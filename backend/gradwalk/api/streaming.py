"""A run answered line by line while it waits and goes on: its lines wait for the client, the run does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gradwalk import __version__
from gradwalk.api.untaken import Untaken
from gradwalk.document.assemble import Assembled, Taken
from gradwalk.document.lines import Begin, End, Progress, ProgressLine, Waiting, frame_line, spelt
from gradwalk.document.schema import SCHEMA_VERSION, Document, Generator, Outcome
from gradwalk.errors import TooBusy
from gradwalk.sandbox.collect import cells_to_run
from gradwalk.sandbox.executor import RunRequest


class Lines:
    """The lines of one run, from what it sends first until it is over.

    They may all have to wait, which costs no more memory than the trace itself: the same limits bound both. Of all runs
    together no more wait than ``untaken`` holds.
    """

    def __init__(
        self, spell: Callable[[str, bytes], bytes] = spelt, *, brief: bool = False, untaken: Untaken | None = None
    ) -> None:
        self._spell = spell
        self._untaken = Untaken() if untaken is None else untaken
        self._waiting = 0
        """Bytes of lines that wait."""
        self.given_up = False
        """They were too many, and there is no end to the answer."""
        self._brief = brief
        """Whether only how far the run has come is told of its frames."""
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._request: RunRequest | None = None
        self._since = 0.0
        self._ops = self._events = 0
        self._ahead = 0
        self._has_begun = False
        self.begun = asyncio.Event()
        """The first line is there."""

    def wait(self, ahead: int) -> None:
        """So many come first."""
        self._ahead = ahead
        self._put("waiting", Waiting(kind="waiting", ahead=ahead))

    def run(self, request: RunRequest) -> None:
        """The run has its place."""
        self._request = request
        self._since = time.monotonic()

    def frame(self, taken: Taken) -> None:
        """A frame has been checked and taken."""
        self._begin()
        self._ops += taken.ops
        self._events += taken.events
        if not taken.lists:
            return
        if self._brief:
            self._put_progress()
        else:
            self._put("frame", frame_line(taken.lists, self._progress()))

    def end(self, outcome: Outcome) -> None:
        """The run is over."""
        self._begin()
        self._put("end", End(kind="end", outcome=outcome))

    def _begin(self) -> None:
        """Put the run's first line, unless it is there: what cannot be run is a problem, not a stream."""
        if self._has_begun:
            return
        self._has_begun = True
        assert self._request is not None
        begin = Begin(
            kind="begin",
            schema_version=SCHEMA_VERSION,
            generator=Generator(version=__version__),
            options=self._request.options,
            cells=cells_to_run(self._request),
        )
        self._put("begin", begin)

    def again(self) -> None:
        """Nothing has come for long: say how things are, so that no proxy takes the line for dead."""
        if self._request is None:
            self.wait(self._ahead)
        else:
            self._begin()
            self._put_progress()

    def close(self) -> None:
        """Nothing more comes."""
        self._queue.put_nowait(None)

    async def next(self) -> bytes | None:
        """All lines that wait, at least one; None after the last."""
        first = await self._queue.get()
        self._waiting = 0
        self._untaken.taken(self)
        if first is None:
            return None
        lines = [first]
        while not self._queue.empty():
            line = self._queue.get_nowait()
            if line is None:
                self.close()
                break
            lines.append(line)
        return b"".join(lines)

    def _progress(self) -> Progress:
        return Progress(ops=self._ops, events=self._events, seconds=round(time.monotonic() - self._since, 3))

    def _put_progress(self) -> None:
        self._put("progress", ProgressLine(kind="progress", progress=self._progress()))

    def _put(self, kind: str, line: Document | bytes) -> None:
        if self.given_up:
            return
        text = self._spell(kind, line.model_dump_json().encode() if isinstance(line, Document) else line)
        self._queue.put_nowait(text)
        self.begun.set()
        self._waiting += len(text)
        self._untaken.hold(self, self._waiting, self._give_up)

    def _give_up(self) -> None:
        self.given_up = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self.close()


class LinesResponse(Response):
    """Sends the lines of ``run`` as they come, and ends the run when nobody takes them any more."""

    def __init__(
        self,
        lines: Lines,
        run: asyncio.Task[tuple[Assembled, Any]],
        media_type: str,
        headers: Mapping[str, str],
        silence: float,
    ) -> None:
        # Proxies are asked not to hold lines back.
        as_they_come = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
        super().__init__(headers={**headers, **as_they_come}, media_type=media_type)
        del self.headers["content-length"]
        self._lines = lines
        self._run = run
        self._silence = silence
        """How many seconds may go by without a line."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, receive)
        sending = asyncio.ensure_future(self._send(send))
        gone = asyncio.ensure_future(until_gone(request))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                await sending
            if sending.done() and not self._lines.given_up:
                request.state.outcome = (await self._run)[0].outcome.status
        finally:
            for task in (sending, gone, self._run):
                task.cancel()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while (chunk := await self._next()) is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if self._lines.given_up:
            return  # without an end, at which the server hangs up
        try:
            await self._run  # one that failed leaves its answer without an end
        except TooBusy:  # it waited, and the server ends
            self._lines.given_up = True
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self) -> bytes | None:
        while True:
            try:
                async with asyncio.timeout(self._silence):
                    return await self._lines.next()
            except TimeoutError:
                self._lines.again()


async def until_gone(request: Request) -> None:
    """Return when nobody waits for the answer any more."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
