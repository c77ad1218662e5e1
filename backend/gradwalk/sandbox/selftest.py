"""The self-test: a child like any other tries what no snippet may, before the first snippet comes."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from typing import Any, Final

import orjson

from gradwalk.limits import Limits
from gradwalk.sandbox.child import Emit, live
from gradwalk.sandbox.fences import Confinement
from gradwalk.sandbox.protocol import EXIT_FENCES
from gradwalk.sandbox.stream import CPU_BEFORE, LENGTH, pack_frame

_SECONDS = 5.0
_NOTHING_TO_RUN = pack_frame(b'{"cells":[],"options":{},"limits":{}}')


def escapes(confine: Callable[[int], Confinement]) -> list[str]:
    """What a child could do although it must not; ``confine`` makes its confinement from its stream's descriptor."""
    ours, theirs = socket.socketpair()
    confinement = confine(theirs.fileno())
    with ours:
        pid = os.fork()
        if pid == 0:
            live(confinement, _probe)
        theirs.close()
        ours.settimeout(_SECONDS)
        try:
            ours.sendall(_NOTHING_TO_RUN)
            reply = b"".join(iter(lambda: ours.recv(4096), b""))
        except OSError:
            reply = b""
            os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if status == EXIT_FENCES << 8:
        return ["not be run, because its process could not be isolated"]
    begin = CPU_BEFORE.size + LENGTH.size
    if len(reply) < begin:
        return ["not be run"]
    (length,) = LENGTH.unpack_from(reply, CPU_BEFORE.size)
    found: list[str] = orjson.loads(reply[begin : begin + length])["escapes"]
    if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS):
        found.append("start a program")
    return found


def _probe(cells: list[dict[str, Any]], options: dict[str, Any], emit: Emit, limits: Limits) -> None:
    """The child's side: report what does not fail, and at last do what must be fatal."""
    emit({"escapes": [name for name, attempt in _ATTEMPTS if _succeeds(attempt)]})
    os.execv(os.devnull, [os.devnull])


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


_ATTEMPTS: Final[tuple[tuple[str, Callable[[], object]], ...]] = (
    ("open a file", lambda: os.close(os.open("/", os.O_RDONLY))),
    ("look at a file", lambda: os.stat("/")),
    ("make a socket", lambda: socket.socket().close()),
    ("start a process", _fork),
)
