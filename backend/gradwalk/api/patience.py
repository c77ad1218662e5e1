"""Uvicorn's HTTP protocol with an end to its patience: whoever begins a request must finish its headers in time."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def impatient(seconds: float) -> type[HttpToolsProtocol]:
    """A protocol that hangs up on whoever takes longer than ``seconds`` over a request's headers."""

    class Impatient(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._arm()

        def on_message_begin(self) -> None:
            self._arm()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._disarm()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._disarm()
            super().connection_lost(exc)

        def _arm(self) -> None:
            self._disarm()
            self._deadline = self.loop.call_later(seconds, self._hang_up)

        def _disarm(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()

        def _hang_up(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

    return Impatient
