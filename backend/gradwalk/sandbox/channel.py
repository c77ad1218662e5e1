"""The server's end of one run's stream: the request goes in, frames come out until the child closes it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator

from gradwalk.limits import Limits
from gradwalk.sandbox.protocol import LENGTH

_CHUNK = 1 << 16


class NotTaken(Exception):
    """The child died before it had read its request: it ran nothing, and another can be given the request."""


class Overrun(Exception):
    """The run has sent more than it may."""


async def frames(stream: socket.socket, request: bytes, limits: Limits) -> AsyncGenerator[bytes, None]:
    """Send ``request`` and take frames until the stream ends; what an unfinished frame held is dropped."""
    loop = asyncio.get_running_loop()
    stream.setblocking(False)
    received = 0
    buffer = bytearray()
    with stream:
        try:
            await loop.sock_sendall(stream, request)
        except ConnectionError:
            raise NotTaken from None
        while True:
            try:
                chunk = await loop.sock_recv(stream, _CHUNK)
            except ConnectionResetError:
                # Linux says so of a peer that went without having read all that was sent to it, and of no other.
                if received:
                    return
                raise NotTaken from None
            if not chunk:
                return
            buffer += chunk
            position = 0
            while len(buffer) - position >= LENGTH.size:
                (size,) = LENGTH.unpack_from(buffer, position)
                if size > limits.frame_bytes or received + size > limits.stream_bytes:
                    raise Overrun
                begin = position + LENGTH.size
                if len(buffer) < begin + size:
                    break
                received += size
                position = begin + size
                yield bytes(buffer[begin:position])
            del buffer[:position]
