"""Uvicorn's HTTP protocol with an end to its patience: what a client sends, takes and keeps open has its bounds."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gradwalk.api import problems
from gradwalk.api.untaken import Untaken
from gradwalk.limits import KIB

LEAST_BYTES_A_SECOND = 16 * KIB
"""Whoever takes its answer more slowly than this is hung up on: a server's memory is not a client's."""
MOST_HEAD_BYTES = 64 * KIB
"""A request's line and its headers; and as much, with a byte for each of the body, of what stands around its pieces."""
MOST_AHEAD = 100
"""Requests that a client may send without waiting for their answers: each takes some kilobytes while it waits."""
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

    There are ``most_connections`` at once, of each no more requests than ``MOST_AHEAD`` wait for their turn, and of all
    answers no more than ``untaken`` holds wait to be taken.
    """
    answers = Untaken() if untaken is None else untaken

    class Impatient(HttpToolsProtocol):
        _due: asyncio.TimerHandle | None = None
        """When the head of the next request must be here, and all of the last one."""
        _reading_due: asyncio.TimerHandle | None = None
        _left = 0
        """Bytes of the answer that waited when it was last looked."""
        _under_way: RequestResponseCycle | None = None
        """The request that is answered now; others may have been sent ahead."""
        _deaf = False
        """More has been sent ahead than is taken: what was taken is answered, and then the line is closed."""
        _head = 0
        """Bytes of the request that are not its body."""
        _within = False
        """The request that is read has not come whole."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.url, self.headers = b"", []  # until something has been read
            self._arm(seconds)
            if most_connections is not None and len(self.connections) > most_connections:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            if self._deaf:
                return
            self._head += len(data)
            super().data_received(data)
            if self._head > MOST_HEAD_BYTES and not self.transport.is_closing():
                self._refuse(problems.HEAD_TOO_LONG, f"The request's head is longer than {MOST_HEAD_BYTES // KIB} KiB.")

        def on_message_begin(self) -> None:
            self._within = True
            if not self._deaf:
                self._arm(seconds)
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._disarm()
            if self._length() > MOST_HEAD_BYTES:
                raise ValueError  # at which the parser gives up, and send_400_response is called
            if self._deaf or len(self.pipeline) >= MOST_AHEAD:
                self._deaf = True
                self.cycle.keep_alive = False  # the last that is answered
                return
            super().on_headers_complete()
            if not self.pipeline:
                self._under_way = self.cycle

        def on_body(self, body: bytes) -> None:
            self._head -= 2 * len(body)
            if not self._deaf:
                super().on_body(body)

        def on_message_complete(self) -> None:
            self._head = 0
            self._within = False
            if not self._deaf:
                super().on_message_complete()

        def on_response_complete(self) -> None:
            if self.pipeline:
                self._under_way = self.pipeline[-1][0]
            else:
                # The next request, or what is left of this one's body, which nobody reads any more.
                self._arm(self.timeout_keep_alive + seconds)
            super().on_response_complete()

        def send_400_response(self, msg: str) -> None:
            """Uvicorn's way to refuse what it cannot read, such as an address longer than its parser takes."""
            if max(self._head, self._length()) > MOST_HEAD_BYTES:
                self._refuse(problems.HEAD_TOO_LONG, f"The request's head is longer than {MOST_HEAD_BYTES // KIB} KiB.")
            else:
                self._refuse(problems.OTHER[400], "This cannot be read as HTTP/1.1.")

        def _unsupported_upgrade_warning(self) -> None:
            """That no WebSockets are served is no news, and Uvicorn would say what to install."""

        def _length(self) -> int:
            """Bytes of the head that is read, which may have come all at once."""
            return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

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
            if self._under_way is not None:  # Uvicorn tells the last request alone
                self._under_way.disconnected = True
                self._under_way.message_event.set()

        def _refuse(self, kind: problems.Kind, detail: str) -> None:
            """Say what is wrong with what no route will hear of, unless it has had its answer or one to something
            else is on its way, and hang up."""
            body = problems.written(kind, detail, "")
            head = f"content-type: {problems.MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            if self._under_way is None or self._has_no_answer(self._under_way):
                self.transport.write(STATUS_LINE[kind.status] + head.encode() + body)
            self._hang_up()

        def _has_no_answer(self, cycle: RequestResponseCycle) -> bool:
            """Whether what is read has had none, and none is on its way to what was sent before."""
            of_this = cycle.scope is self.scope and (self._within or not cycle.response_complete)
            return not cycle.response_started if of_this else cycle.response_complete

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
