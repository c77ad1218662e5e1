"""How a server and its worker talk over two pipes: a head in JSON and a body, each with its length before it."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import orjson

_LENGTHS = struct.Struct("!II")


def send(pipe: BinaryIO, head: Any, body: bytes) -> None:
    """Write one message."""
    spelt = orjson.dumps(head)
    pipe.write(_LENGTHS.pack(len(spelt), len(body)) + spelt)
    pipe.write(body)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[Any, bytes] | None:
    """The next message; None when the other side is gone."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    spelt, data = pipe.read(head), pipe.read(body)
    return (orjson.loads(spelt), data) if len(spelt) == head and len(data) == body else None
