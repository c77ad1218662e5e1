"""Uvicorn's HTTP protocol with an end to its patience: headers must come in time, and answers must be taken."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LEAST_BYTES_A_SECOND = 16 * 1024
"""Whoever takes its answer more slowly than this is hung up on: a server's memory is not a client's."""


def impatient(seconds: float, least_bytes: float = LEAST_BYTES_A_SECOND) -> type[HttpToolsProtocol]:
    """A protocol that hangs up on whoever takes longer than ``seconds`` over a request's headers, or in as many seconds
    takes less than ``least_bytes`` each second of an answer that waits for it."""

    class Impatient(HttpToolsProtocol):
        _headers_due: asyncio.TimerHandle | None = None
        _reading_due: asyncio.TimerHandle | None = None
        _left = 0
        """Bytes of the answer that waited when it was last looked."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._arm()

        def on_message_begin(self) -> None:
            self._arm()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._disarm()
            super().on_headers_complete()

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

        def _arm(self) -> None:
            self._disarm()
            self._headers_due = self.loop.call_later(seconds, self._hang_up)

        def _disarm(self) -> None:
            if self._headers_due is not None:
                self._headers_due.cancel()

        def _hang_up(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

        def _watch(self) -> None:
            self._look_away()
            self._left = self.transport.get_write_buffer_size()
            self._reading_due = self.loop.call_later(seconds, self._look)

        def _look(self) -> None:
            if self._left - self.transport.get_write_buffer_size() < least_bytes * seconds:
                self.transport.abort()  # close() would wait for the rest to be taken
            else:
                self._watch()

        def _look_away(self) -> None:
            if self._reading_due is not None:
                self._reading_due.cancel()

    return Impatient
