"""A run's own process, from the fork to its end: give up every right, only then read the snippet, and run it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import orjson

from gradwalk.limits import Limits
from gradwalk.sandbox.fences import FENCES, Confinement
from gradwalk.sandbox.protocol import EXIT_DONE, EXIT_FENCES, EXIT_MEMORY, STREAM_FD
from gradwalk.sandbox.stream import CPU_BEFORE, END, LENGTH, pack_frame
from gradwalk.text import clean_tree

_read_some, _write_some = os.read, os.write
"""The system's own: while a run lasts, those of ``os`` read and write what it has instead of files."""

Emit = Callable[[dict[str, Any]], int | None]
Entry = Callable[[list[dict[str, Any]], dict[str, Any], Emit, Limits], object]
"""``run(cells, options, emit, limits)``: what the fork server was told to run snippets with."""


def live(confinement: Confinement, entry: Entry, rehearsal: Callable[[], None] | None = None) -> NoReturn:
    """Everything a child does; called right after the fork and never returns."""
    try:
        for fence in FENCES:
            fence(confinement)
    except BaseException:
        os._exit(EXIT_FENCES)
    if rehearsal is not None:
        with contextlib.suppress(Exception):
            rehearsal()
    code = EXIT_MEMORY
    try:
        _write_some(STREAM_FD, CPU_BEFORE.pack(time.process_time()))
        run(entry)
        _write_some(STREAM_FD, END)
        code = EXIT_DONE
    except MemoryError:
        pass
    except BaseException:
        code = EXIT_DONE
        emit({"outcome": {"status": "killed", "message": _broken()}})
    finally:
        os._exit(code)


def run(entry: Entry) -> None:
    """Read the request from the stream socket and run it."""
    request = orjson.loads(_read(LENGTH.unpack(_read(LENGTH.size))[0]))
    entry(request["cells"], request["options"], emit, Limits(**request["limits"]))


def emit(frame: dict[str, Any]) -> int:
    """Send one frame; returns its length. Text that cannot be encoded is made so, rather than lose the run."""
    try:
        payload = orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        payload = orjson.dumps(clean_tree(frame), option=orjson.OPT_SERIALIZE_NUMPY)
    rest = memoryview(pack_frame(payload))
    while rest:
        rest = rest[_write_some(STREAM_FD, rest) :]
    return len(payload)


def _read(count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = _read_some(STREAM_FD, count - len(data))
        if not chunk:
            os._exit(EXIT_DONE)
        data += chunk
    return bytes(data)


def _broken() -> str:
    what = " ".join(line.strip() for line in traceback.format_exception_only(sys.exception()))
    return f"Gradwalk itself failed while it ran this snippet: {what}"
