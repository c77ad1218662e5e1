"""A run watched while it goes on: its lines put together, to be iterated over or awaited."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing

import httpx
import msgspec
from pydantic import ValidationError

from gradwalk.client.refusals import unreachable
from gradwalk.document.assemble import Assembler
from gradwalk.document.lines import Begin, End, FrameLine, Line, Progress, ProgressLine, Waiting
from gradwalk.document.schema import Event, Outcome
from gradwalk.errors import GradwalkError, NoServer
from gradwalk.limits import LIMITS, Limits
from gradwalk.walk.walk import Walk


class _RawFrame(msgspec.Struct):
    """The line of a frame, which stays as it came."""

    frame: msgspec.Raw


_frame_in = msgspec.json.Decoder(_RawFrame).decode

AnyLine = Waiting | Begin | FrameLine | ProgressLine | End


class Watched:
    """What is known of a run so far, and at last all of it."""

    def __init__(self, server: str, response: httpx.Response, limits: Limits = LIMITS) -> None:
        self._server = server
        self._response = response
        self._limits = limits
        self._begin: Begin | None = None
        self._assembler: Assembler | None = None
        self._walk: Walk | None = None
        self.ahead: int | None = None
        """How many come first while the run waits for its turn; None before and after."""
        self.progress: Progress | None = None
        """How far it has come: ``ops``, ``events``, ``seconds``."""

    @property
    def id(self) -> str:
        """The trace's name; with it, the server gives it again for a while."""
        return self._response.headers["Location"].rpartition("/")[2]

    @property
    def walk(self) -> Walk:
        """The run as :meth:`Client.trace` gives it, once the stream has come to its end."""
        if self._walk is None:
            raise GradwalkError("The run goes on: its walk is there when the stream has come to its end.")
        return self._walk

    def _take(self, text: str) -> AnyLine:
        try:
            line = Line.model_validate_json(text).root
        except ValidationError:
            raise NoServer(f"{self._server} does not answer as Gradwalk does.") from None
        self.ahead = line.ahead if isinstance(line, Waiting) else None
        if isinstance(line, Begin):
            self._begin = line
            self._assembler = Assembler(line.cells, line.options, self._limits)
        elif isinstance(line, FrameLine):
            self._append(bytes(_frame_in(text).frame))
        elif isinstance(line, End):
            self._end(line)
        if isinstance(line, FrameLine | ProgressLine):
            self.progress = line.progress
        return line

    def _append(self, frame: bytes) -> None:
        assembler = self._assembler
        if assembler is None or not assembler.feed(frame):
            fault = assembler.fault if assembler else "it comes before the beginning"
            raise NoServer(f"{self._server} sent what is no part of a trace: {fault}.")

    def _end(self, line: End) -> None:
        self._append(b'{"outcome": %b}' % line.outcome.model_dump_json().encode())
        assert self._assembler is not None
        assert self._begin is not None
        # The server has watched the run from outside: what it says of the end holds.
        trace = self._assembler.finish(Outcome(status="ok"))
        self._walk = Walk(trace.model_copy(update={"generator": self._begin.generator}), self.id)

    def _check_end(self) -> None:
        if self._walk is None:
            raise NoServer(f"{self._server} broke off before the run had come to its end.")


class Stream(Watched):
    """Iterating gives the run's events as they happen; afterwards ``walk`` is all of it."""

    def __iter__(self) -> Iterator[Event]:
        with closing(self.lines()) as lines:
            for line in lines:
                if isinstance(line, FrameLine):
                    yield from line.frame.events

    def lines(self) -> Generator[AnyLine]:
        """The lines of :mod:`gradwalk.document.lines` as they come, ``waiting`` and ``progress`` too."""
        try:
            for text in self._response.iter_lines():
                yield self._take(text)
        except httpx.TransportError as error:
            raise unreachable(self._server, error) from error
        self._check_end()


class AsyncStream(Watched):
    """The same for ``async for``."""

    async def __aiter__(self) -> AsyncIterator[Event]:
        async with aclosing(self.lines()) as lines:
            async for line in lines:
                if isinstance(line, FrameLine):
                    for event in line.frame.events:
                        yield event

    async def lines(self) -> AsyncGenerator[AnyLine]:
        """See :meth:`Stream.lines`."""
        try:
            async for text in self._response.aiter_lines():
                yield self._take(text)
        except httpx.TransportError as error:
            raise unreachable(self._server, error) from error
        self._check_end()
