"""A fault of our own as the problem that it is, with the headers that every answer has; the log says what it was.

So is the server's end, which does not wait for an answer that takes too long."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradwalk.api import problems
from gradwalk.api.admission import leaving

_log = logging.getLogger(__name__)


class Faults:
    """ASGI middleware, the innermost: what Starlette does with an error goes out past all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; where that fails before an answer has begun, give one."""
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            if scope["type"] != "http" or not scope["app"].state.ends:
                raise
            # The server cancels what it has waited for long enough. It hangs up on half an answer.
            if not has_begun:
                await problems.own(Request(scope), leaving())(scope, receive, send)
        except Exception:
            if has_begun or scope["type"] != "http":
                raise  # half an answer cannot be mended: the server hangs up, and logs why
            _log.exception("The request %s failed.", scope.get("state", {}).get("request", ""))
            await problems.internal(Request(scope))(scope, receive, send)
