"""The server's end of one run's stream: the request goes in, frames come out until the child says that it is over."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator

from gradwalk.limits import Limits
from gradwalk.sandbox.stream import CPU_BEFORE, LENGTH

_CHUNK = 1 << 16


class NotTaken(Exception):
    """The child died before it had read its request: it ran nothing, and another can be given the request."""


class Overrun(Exception):
    """The run has sent more than it may."""


class Channel:
    """A stream that is read once, under ``limits``."""

    def __init__(self, stream: socket.socket, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self.over = False
        """The child has said that its run is over; nothing more is taken from it."""
        self.cpu_before = 0.0
        """Processor time that the child had used before it read its request."""

    async def frames(self, request: bytes) -> AsyncGenerator[bytes, None]:
        """Send ``request`` and take frames until the stream ends; what an unfinished frame held is dropped."""
        received = 0
        with self._stream:
            await self._send(request)
            buffer = bytearray()
            while len(buffer) < CPU_BEFORE.size:
                if not await self._receive(buffer, received):
                    return
            (self.cpu_before,) = CPU_BEFORE.unpack_from(buffer)
            position = CPU_BEFORE.size
            while True:
                while len(buffer) - position >= LENGTH.size:
                    (size,) = LENGTH.unpack_from(buffer, position)
                    if not size:
                        self.over = True
                        return
                    if size > self._limits.frame_bytes or received + size > self._limits.stream_bytes:
                        raise Overrun
                    begin = position + LENGTH.size
                    if len(buffer) < begin + size:
                        break
                    received += size
                    position = begin + size
                    yield bytes(buffer[begin:position])
                del buffer[:position]
                position = 0
                if not await self._receive(buffer, received):
                    return

    async def _send(self, request: bytes) -> None:
        self._stream.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_sendall(self._stream, request)
        except ConnectionError:
            raise NotTaken from None

    async def _receive(self, buffer: bytearray, received: int) -> bool:
        """Add to ``buffer`` what comes next; false at the stream's end."""
        try:
            chunk = await asyncio.get_running_loop().sock_recv(self._stream, _CHUNK)
        except ConnectionResetError:
            # Linux says so of a peer that went without having read all that was sent to it, and of no other.
            if received:
                return False
            raise NotTaken from None
        buffer += chunk
        return bool(chunk)
