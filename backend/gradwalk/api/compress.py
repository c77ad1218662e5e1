"""Answers compressed as their client takes them: zstd, else gzip, else as they are; lines as soon as they come."""

from __future__ import annotations

import asyncio
import zlib
from typing import Protocol

import zstandard
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gradwalk.api.negotiate import preferred
from gradwalk.store.traces import compressed

CODINGS = ("zstd", "gzip")
LEAST = 1024
"""What is shorter than this is not worth it."""
_LONG = 64 * 1024
"""What is longer than this is compressed beside the event loop."""
_TEXT = ("text/", "application/json", "application/x-ndjson", "application/problem+json", "application/schema+json",
         "application/javascript", "application/manifest+json", "application/x-ipynb+json", "image/svg+xml",
         "application/graphml+xml")  # fmt: skip


def chosen(accept: str) -> str:
    """The coding for who sent this ``Accept-Encoding``: one of :data:`CODINGS`, or ``identity``."""
    return preferred(accept, CODINGS, "identity")


def packed(data: bytes, coding: str) -> bytes:
    """``data`` in this coding; the same bytes whenever it is asked for."""
    if coding == "zstd":
        return compressed(data)
    if coding == "gzip":
        gzip = zlib.compressobj(4, wbits=31)
        return gzip.compress(data) + gzip.flush()
    return data


class Compress:
    """ASGI middleware that does it, unless an answer has a coding already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, answers compressed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        coding = chosen(Headers(scope=scope).get("accept-encoding", ""))
        await self._app(scope, receive, _Compressing(send, coding).take)


class _Compressing:
    """One answer on its way."""

    def __init__(self, send: Send, coding: str) -> None:
        self._send = send
        self._coding = coding
        self._start: Message | None = None
        self._stream: _Stream | None = None
        self._as_it_is = False

    async def take(self, message: Message) -> None:
        """The next message of the answer."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] != "http.response.body" or self._as_it_is:
            await self._send(message)
        else:
            await self._body(message.get("body", b""), bool(message.get("more_body")))

    async def _body(self, body: bytes, more: bool) -> None:
        start, self._start = self._start, None
        if start is not None:
            headers = MutableHeaders(scope=start)
            if not self._worth(start["status"], headers, body, more):
                self._as_it_is = True
                await self._send(start)
                await self._send({"type": "http.response.body", "body": body, "more_body": more})
                return
            headers["Content-Encoding"] = self._coding
            if (tag := headers.get("etag", "")) and not tag.startswith("W/"):
                headers["ETag"] = f"W/{tag}"  # a strong one would be that of the bytes that travel
            if not more:
                data = await asyncio.to_thread(packed, body, self._coding) if len(body) > _LONG else packed(
                    body, self._coding
                )  # fmt: skip
                headers["Content-Length"] = str(len(data))
                await self._send(start)
                await self._send({"type": "http.response.body", "body": data, "more_body": False})
                return
            del headers["Content-Length"]
            self._stream = _stream(self._coding)
            await self._send(start)
        assert self._stream is not None
        data = self._stream.compress(body)
        data += self._stream.flush(_FLUSH[self._coding]) if more else self._stream.flush()
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    def _worth(self, status: int, headers: MutableHeaders, body: bytes, more: bool) -> bool:
        if not headers.get("content-type", "").startswith(_TEXT) or status in (204, 304):
            return False
        headers.add_vary_header("Accept-Encoding")
        long = more or len(body) >= LEAST
        return long and self._coding != "identity" and "content-encoding" not in headers


class _Stream(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self, how: int = ..., /) -> bytes: ...


_FLUSH = {"zstd": zstandard.COMPRESSOBJ_FLUSH_BLOCK, "gzip": zlib.Z_SYNC_FLUSH}
"""How each is told to let go of what it has: whoever waits for a line must not wait for the next."""


def _stream(coding: str) -> _Stream:
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=3).compressobj()
    return zlib.compressobj(4, wbits=31)
