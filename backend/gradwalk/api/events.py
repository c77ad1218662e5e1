"""Lines as server-sent events, which a browser's ``EventSource`` and its like read."""

from __future__ import annotations

MEDIA_TYPE = "text/event-stream"


def spelt(kind: str, line: bytes) -> bytes:
    """A line as an event of its kind; JSON has no line ends in it."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), line)
