"""Uvicorn's HTTP protocol with an end to its patience: what a client sends, takes and keeps open has its bounds."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gradwalk.api import problems
from gradwalk.api.untaken import Untaken
from gradwalk.limits import KIB

LEAST_BYTES_A_SECOND = 16 * KIB
"""Whoever takes its answer more slowly than this is hung up on: a server's memory is not a client's."""
MOST_HEAD_BYTES = 64 * KIB
"""A request's line and its headers; and as much, with a byte for each of the body, of what stands around its pieces."""
_FILES_OF_OUR_OWN = 256
"""For the sandbox, workers, the database and the page's files."""


def most_connections() -> int:
    """How many clients may be connected at once, so that files are left for the server's own needs."""
    import resource  # which Windows has not: it is to be told so in words

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(files - _FILES_OF_OUR_OWN, files // 2)


def impatient(
    seconds: float,
    least_bytes: float = LEAST_BYTES_A_SECOND,
    most_connections: int | None = None,
    untaken: Untaken | None = None,
) -> type[HttpToolsProtocol]:
    """A protocol that hangs up on whoever takes longer than ``seconds`` over a request's headers, or in as many seconds
    takes less than ``least_bytes`` each second of an answer that waits for it, or sends a request's head without end.

    There are ``most_connections`` at once, and of all answers no more than ``untaken`` holds wait to be taken.
    """
    answers = Untaken() if untaken is None else untaken

    class Impatient(HttpToolsProtocol):
        _due: asyncio.TimerHandle | None = None
        """When the head of the next request must be here, and all of the last one."""
        _reading_due: asyncio.TimerHandle | None = None
        _left = 0
        """Bytes of the answer that waited when it was last looked."""
        _head = 0
        """Bytes of the request that are not its body."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._arm(seconds)
            if most_connections is not None and len(self.connections) > most_connections:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            self._head += len(data)
            super().data_received(data)
            if self._head > MOST_HEAD_BYTES and not self.transport.is_closing():
                self._refuse(problems.HEAD_TOO_LONG, f"The request's head is longer than {MOST_HEAD_BYTES // KIB} KiB.")

        def on_message_begin(self) -> None:
            self._arm(seconds)
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._disarm()
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self._head -= 2 * len(body)
            super().on_body(body)

        def on_message_complete(self) -> None:
            self._head = 0
            super().on_message_complete()

        def on_response_complete(self) -> None:
            if not self.pipeline:
                # The next request, or what is left of this one's body, which nobody reads any more.
                self._arm(self.timeout_keep_alive + seconds)
            super().on_response_complete()

        def send_400_response(self, msg: str) -> None:
            """Uvicorn's way to refuse what it cannot read, such as an address longer than its parser takes."""
            if self._head > MOST_HEAD_BYTES:
                self._refuse(problems.HEAD_TOO_LONG, f"The request's head is longer than {MOST_HEAD_BYTES // KIB} KiB.")
            else:
                self._refuse(problems.OTHER[400], "This is not HTTP/1.1.")

        def pause_writing(self) -> None:
            super().pause_writing()
            self._watch()

        def resume_writing(self) -> None:
            super().resume_writing()
            self._look_away()

        def connection_lost(self, exc: Exception | None) -> None:
            self._disarm()
            self._look_away()
            super().connection_lost(exc)

        def _refuse(self, kind: problems.Kind, detail: str) -> None:
            """Say what is wrong with something that no route will hear of, and hang up."""
            body = problems.written(kind, detail, "")
            head = f"content-type: {problems.MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
                self.transport.write(STATUS_LINE[kind.status] + head.encode() + body)
            self._hang_up()

        def _arm(self, patience: float) -> None:
            self._disarm()
            self._due = self.loop.call_later(patience, self._hang_up)

        def _disarm(self) -> None:
            if self._due is not None:
                self._due.cancel()

        def _hang_up(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

        def _watch(self) -> None:
            self._look_away()
            self._left = self.transport.get_write_buffer_size()
            answers.hold(self, self._left, self.transport.abort)
            self._reading_due = self.loop.call_later(seconds, self._look)

        def _look(self) -> None:
            if self._left - self.transport.get_write_buffer_size() < least_bytes * seconds:
                self.transport.abort()  # close() would wait for the rest to be taken
            else:
                self._watch()

        def _look_away(self) -> None:
            answers.taken(self)
            if self._reading_due is not None:
                self._reading_due.cancel()

    return Impatient
