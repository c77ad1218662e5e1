"""The page itself: static files, served wherever no route of the API matches."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from gradwalk.api.headers import EMBEDDED
from gradwalk.api.links import discovery
from gradwalk.api.negotiate import matches
from gradwalk.errors import PageNotBuilt

_PUBLIC = ("assets/", "gradwalk-player.js")
"""What other sites' pages load: the element, and what a frame without an origin of its own (``sandbox``) needs."""
_A_YEAR = "public, max-age=31536000, immutable"


class Page:
    """An ASGI application that serves the built page from ``directory``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files = StaticFiles(directory=directory, html=True, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file; those whose names hold a hash of their content may be kept."""
        if scope["type"] != "http":
            raise HTTPException(404)
        if not (self._directory / "index.html").is_file():
            if scope["path"] == "/":
                raise PageNotBuilt("The page has not been built yet: `make run` builds it and serves it.")
            raise HTTPException(404)
        path = self._files.get_path(scope)
        if path == "embed":
            path = "embed.html"
        if scope["method"] not in ("GET", "HEAD"):
            await self._files.get_response(path, {**scope, "method": "GET"})  # what is not there takes nothing at all
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if path in (".", "index.html"):
            await self._front(Request(scope))(scope, receive, send)
            return
        response = await self._files.get_response(path, scope)
        del response.headers["accept-ranges"]
        if path == "embed.html":
            response.headers["Content-Security-Policy"] = EMBEDDED
        elif path.startswith(_PUBLIC):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Cache-Control"] = _A_YEAR if path.startswith("assets/") else "no-cache"
        # Whole: what Starlette says of a part that it cannot give is no problem in our shape.
        await response(_without_ranges(scope), receive, send)

    def _front(self, request: Request) -> Response:
        """The page, which says by which address it can be shown elsewhere."""
        text = (self._directory / "index.html").read_text(encoding="utf-8")
        data = text.replace("</head>", f"{discovery(request)}</head>", 1).encode()
        tag = f'"{sha256(data).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        return Response(data, media_type="text/html", headers=headers)


def _without_ranges(scope: Scope) -> Scope:
    """What was asked for, without the header that asks for parts of it, which a server need not heed."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"range"]}
