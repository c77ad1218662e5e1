"""A run answered line by line while it goes on: its lines wait for the client, the run does not."""

from __future__ import annotations

import asyncio
import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gradwalk import __version__
from gradwalk.sandbox.collect import cells_to_run
from gradwalk.sandbox.executor import RunRequest
from gradwalk.trace.lines import MEDIA_TYPE, Begin, End, Progress, frame_line
from gradwalk.trace.schema import SCHEMA_VERSION, Generator, Outcome, Trace
from gradwalk.trace.stream import Frame


class Lines:
    """The lines of one run, from what it sends first until it is over.

    They may all have to wait, which costs no more memory than the trace itself: the same limits bound both.
    """

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._request: RunRequest | None = None
        self._since = 0.0
        self._ops = self._events = 0
        self.begun = asyncio.Event()
        """The first line is there."""

    def run(self, request: RunRequest) -> None:
        """The run has its place."""
        self._request = request
        self._since = time.monotonic()

    def frame(self, frame: Frame) -> None:
        """A frame has been checked and taken."""
        self._begin()
        self._ops += len(frame.ops)
        self._events += len(frame.events)
        if not frame.model_fields_set - {"outcome"}:
            return
        seconds = round(time.monotonic() - self._since, 3)
        self._put(frame_line(frame, Progress(ops=self._ops, events=self._events, seconds=seconds)))

    def end(self, outcome: Outcome) -> None:
        """The run is over."""
        self._begin()
        self._put(End(kind="end", outcome=outcome).model_dump_json())

    def _begin(self) -> None:
        """Put the first line, unless it is there: what cannot be run is a problem, not a stream."""
        if self.begun.is_set():
            return
        assert self._request is not None
        begin = Begin(
            kind="begin",
            schema_version=SCHEMA_VERSION,
            generator=Generator(version=__version__),
            options=self._request.options,
            cells=cells_to_run(self._request),
        )
        self._put(begin.model_dump_json())
        self.begun.set()

    def close(self) -> None:
        """Nothing more comes."""
        self._queue.put_nowait(None)

    async def next(self) -> bytes | None:
        """All lines that wait, at least one; None after the last."""
        first = await self._queue.get()
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

    def _put(self, line: str) -> None:
        self._queue.put_nowait(line.encode() + b"\n")


class LinesResponse(Response):
    """Sends the lines of ``run`` as they come, and ends the run when nobody takes them any more."""

    media_type = MEDIA_TYPE

    def __init__(self, lines: Lines, run: asyncio.Task[Trace]) -> None:
        # Proxies are asked not to hold lines back.
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._lines = lines
        self._run = run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, receive)
        sending = asyncio.ensure_future(self._send(send))
        gone = asyncio.ensure_future(until_gone(request))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                await sending
                request.state.outcome = (await self._run).outcome.status
        finally:
            for task in (sending, gone, self._run):
                task.cancel()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while (chunk := await self._lines.next()) is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self._run  # one that failed leaves its answer without an end
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def until_gone(request: Request) -> None:
    """Return when nobody waits for the answer any more."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def wants_lines(accept: str) -> bool:
    """Whether an ``Accept`` header asks for lines, and not rather for one document."""
    quality = {"application/json": 0.0, MEDIA_TYPE: 0.0}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name in quality:
            weights = [piece[2:] for piece in parameters if piece.startswith("q=")]
            quality[name] = _weight(weights[0]) if weights else 1.0
    return 0.0 < quality[MEDIA_TYPE] >= quality["application/json"]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
