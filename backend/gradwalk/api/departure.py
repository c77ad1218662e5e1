"""How the server ends: whoever has been let in gets an answer, in bounded time, and nobody else is let in.

What runs has time to come to its own end. What waits may still have its turn, until so little time is left that it
could not: then it is told when to come again, while there is somebody to tell it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI


class Departing(uvicorn.Server):
    """Uvicorn's server, which tells ``app`` that it ends, and ``seconds`` later those who wait that they wait in vain.

    When ``config.timeout_graceful_shutdown`` is over, Uvicorn cancels what is still under way: see ``api.faults``.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._seconds = seconds

    def hear_of_a_closed_terminal(self) -> None:
        """End in order on SIGHUP as on SIGTERM, unless whoever started the server has that ignored (``nohup``)."""
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
            signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and return when what is under way has ended."""
        state: Any = self._app.state
        state.ends = True
        closing = asyncio.get_running_loop().call_later(self._seconds, self._close)
        try:
            await super().shutdown(sockets)
        finally:
            closing.cancel()

    def _close(self) -> None:
        for admission in (self._app.state.admission, self._app.state.reading, self._app.state.traces.admission):
            admission.close()
