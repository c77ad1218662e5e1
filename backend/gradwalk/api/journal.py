"""One line of the log for each request: what was asked for, how it was answered, how long that took; never a body.

Each request has a name, which its answer says (`X-Request-ID`) and its lines in the log have: the one that who asks, or
a proxy on the way, gave it, or one of ours.
"""

from __future__ import annotations

import json
import logging
import re
import time
from datetime import UTC, datetime
from secrets import token_hex

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradwalk.api.metrics import Metrics

_log = logging.getLogger(__name__)
_LONGEST_PATH = 200
_NAME = "x-request-id"
_TAKEN = re.compile("[A-Za-z0-9._-]{1,64}")
"""What a proxy in front may call a request."""


class Journal:
    """ASGI middleware that writes it, and has it counted."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and note what went by."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named = Headers(scope=scope).get(_NAME, "")
        request = named if _TAKEN.fullmatch(named) else token_hex(8)
        scope.setdefault("state", {})["request"] = request
        began = time.perf_counter()
        status = 500
        size = 0

        async def noting(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[_NAME] = request
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.answered(scope["method"], status, seconds)
            fields = {
                "method": scope["method"],
                # Without the query, and in ASCII: whoever asks chooses it.
                "path": ascii(scope["path"])[1:-1][:_LONGEST_PATH],
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "bytes": size,
                "outcome": scope["state"].get("outcome"),
                "request": request,
            }
            words = " ".join(str(value) for value in fields.values() if value is not None)
            _log.info("%s", words, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """Log records as JSON, one a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **(getattr(record, "fields", None) or {"message": record.getMessage()}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)
