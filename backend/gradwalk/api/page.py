"""The page itself: static files, served wherever no route of the API matches."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from gradwalk.api.headers import EMBEDDED
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
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if path == "embed":
            path = "embed.html"
        response = await self._files.get_response(path, scope)
        if path == "embed.html":
            response.headers["Content-Security-Policy"] = EMBEDDED
        elif path.startswith(_PUBLIC):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Cache-Control"] = _A_YEAR if path.startswith("assets/") else "no-cache"
        await response(scope, receive, send)
