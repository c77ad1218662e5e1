"""Which routes pages of other sites may use: whatever is read by everybody, and nothing that makes or deletes.

What can be read needs no secret, belongs to nobody's session (there are no cookies), and what people put here has
names that follow from its content: whoever knows one has the content. Running code, drawing and keeping snippets cost
the server, and on somebody's own machine any page could ask for them: those are for the sites that `--allow-origin`
names, which Starlette's middleware serves.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READABLE = re.compile(r"/api/v1/(?!render$).*|/oembed|/problems/.*")
METHODS = ("GET", "HEAD", "POST", "DELETE")
"""For the sites that are named."""
ASKED = ("Authorization", "Cache-Control", "Content-Encoding", "Content-Type", "Idempotency-Key", "If-None-Match")
TOLD = ("Content-Disposition", "ETag", "Location", "Retry-After", "X-Request-ID")
_A_DAY = "86400"


class ReadFromAnywhere:
    """ASGI middleware that says so, where nothing else has been said."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks first; pass all else on."""
        if scope["type"] != "http" or READABLE.fullmatch(scope["path"]) is None:
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and asked.get("access-control-request-method") in ("GET", "HEAD"):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
            return
        reads = scope["method"] in ("GET", "HEAD")

        async def send_with_headers(message: Message) -> None:
            if reads and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # What an ordinary request and one from another site get is the same, so that caches may keep it.
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = ", ".join(TOLD)
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        await self._app(scope, receive, send_with_headers)


_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, Cache-Control",
    "Access-Control-Max-Age": _A_DAY,
}
