"""Lines as server-sent events, which a browser's ``EventSource`` and its like read."""

from __future__ import annotations

MEDIA_TYPE = "text/event-stream"


def spelt(kind: str, line: str) -> bytes:
    """A line as an event of its kind; JSON has no line ends in it."""
    return f"event: {kind}\ndata: {line}\n\n".encode()
