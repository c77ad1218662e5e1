"""A body read from whoever sends it: never more of it than the limits allow, unpacked or not, and in time."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any, NoReturn

import orjson
import zstandard
from starlette.requests import Request

from gradwalk.errors import BodyTooLarge, BodyTooSlow, MalformedBody, UnsupportedCoding
from gradwalk.limits import KIB
from gradwalk.repeats import Repeated, once
from gradwalk.text import clean_tree

CLIENT_WENT_AWAY = 499
"""No status of HTTP's: for the log, since nobody will read it."""

_WINDOW = 8 * 1024 * KIB
"""What RFC 9659 has a receiver of zstd set aside at most."""
_MOST_FIELDS = 100
_SLICE = 64
"""Four bytes can spell 128 KiB."""


def parse_json(data: bytes) -> object:
    """The JSON document in ``data``; half a surrogate pair, which a browser's editor can hold, becomes U+FFFD."""
    try:
        return clean_tree(json.loads(data, parse_constant=_refuse, object_pairs_hook=_few))
    except Repeated as repeated:
        raise MalformedBody(f"The body can be read in more than one way: {repeated}.") from None
    except (ValueError, RecursionError):
        raise MalformedBody(f"The body is not JSON: {_fault(data)}.") from None


def _few(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, of no more fields than anybody means: of each that is unknown it would be found out why."""
    if len(pairs) > _MOST_FIELDS:
        raise MalformedBody(f"An object in the body has {len(pairs):,} fields; none that is taken has {_MOST_FIELDS}.")
    return once(pairs)


def _fault(data: bytes) -> str:
    """What is wrong with it, from a reader that says so more plainly."""
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        return str(fault)
    return "it is nested too deeply"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


async def read_in_time(request: Request, most: int, seconds: float) -> bytes:
    """The body, unpacked, if all of it comes in time."""
    unpack = _unpackers(request)
    try:
        async with asyncio.timeout(seconds):
            data = await read_capped(request, most)
    except TimeoutError:
        raise BodyTooSlow(f"The body did not come within {seconds:g} s.") from None
    for coding in unpack:  # beside the event loop: two kilobytes can take a tenth of a second
        data = await asyncio.to_thread(_unpacked, data, coding, most)
    return data


async def read_capped(request: Request, most: int) -> bytes:
    """The body as it comes, refused as soon as it is known to be longer than ``most`` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _unpackers(request: Request) -> list[str]:
    """How it is compressed, the last first; one way at most, so that nobody wraps a bomb in a bomb."""
    codings = [name.strip().lower() for name in ",".join(request.headers.getlist("content-encoding")).split(",")]
    named = [name for name in codings if name not in ("", "identity")]
    if len(named) > 1 or not set(named) <= {"gzip", "x-gzip", "zstd"}:
        raise UnsupportedCoding("The body may be compressed by gzip or by zstd, once.")
    return named


def _unpacked(data: bytes, coding: str, most: int) -> bytes:
    """Stops as soon as it is longer than ``most``: a kilobyte can spell a gigabyte."""
    try:
        if coding == "zstd":
            found, whole, rest = _from_zstd(data, most)
        else:
            stream = zlib.decompressobj(wbits=31)
            found = stream.decompress(data, most + 1)
            whole, rest = stream.eof, stream.unused_data
    except (zlib.error, zstandard.ZstdError):
        raise MalformedBody(f"The body is not {coding}, which its Content-Encoding says.") from None
    if len(found) > most:
        raise _too_large(most)
    if not whole:
        raise MalformedBody(f"The body's {coding} ends too early.")
    if rest:  # more of it, perhaps: to leave that out without a word would be to run half a program
        raise MalformedBody(f"The body goes on after the end of its {coding}: compress it as one piece.")
    return found


def _from_zstd(data: bytes, most: int) -> tuple[bytes, bool, bytes]:
    """What it spells, whether it came to its end, and what follows that. In slices: there is no other way to bound what
    comes of one call."""
    stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    found = bytearray()
    end = 0
    while end < len(data) and not stream.eof and len(found) <= most:
        found += stream.decompress(data[end : end + _SLICE])
        end += _SLICE
    return bytes(found), stream.eof, stream.unused_data + data[end:]


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body is longer than {most / KIB:g} KiB.")
