"""One line of the log for each request: what was asked for, how it was answered, how long that took; never a body."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradwalk.api.metrics import Metrics

_log = logging.getLogger(__name__)
_LONGEST_PATH = 200


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
        began = time.perf_counter()
        status = 500
        size = 0

        async def noting(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
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
                "outcome": scope.get("state", {}).get("outcome"),
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
