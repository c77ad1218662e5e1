"""Hostile snippets get nowhere, on every machine that can be emulated here; and the run after each is clean."""

from __future__ import annotations

import os
import platform
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gradwalk.limits import LIMITS
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.syscalls import this_architecture
from tests.sandbox.harness import SAY, request, said
from tests.sandbox.machines import MACHINES, on
from tests.sandbox.payloads import PAYLOADS, Payload

pytestmark = pytest.mark.anyio

LIMITS_HERE = LIMITS._replace(wall_seconds=0.4, wall_seconds_hard=0.8)
ENOUGH = LIMITS._replace(wall_seconds=20.0, wall_seconds_hard=25.0)

TOOLS = """
import numpy
def call(number, *arguments):
    import ctypes
    libc = sys.modules["gradwalk.sandbox.kernel"].libc
    if libc.syscall(*map(ctypes.c_long, (number, *arguments))) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
LOOK = """
import builtins, numpy, random, warnings
marks = [name for place in (sys, os, time, numpy, builtins) for name in vars(place) if name == "left"]
marks += [name for name in (*sys.modules, *sys.path, *os.environ) if name.lower() == "left"]
marks += [entry for entry in warnings.filters if entry[0] == "left"]
random_after_seed_7 = (0.32383276483316237, 0.07630828937395717)
marks += [number for number in (random.random(), numpy.random.random()) if number in random_after_seed_7]
marks += [sys.getrecursionlimit()] * (sys.getrecursionlimit() < 500)
"""
HONEST = LOOK + SAY.replace('"so far"', '"clean" if not marks else repr(marks)')


class Place:
    """A directory to write to and a port to call, for whoever gets out."""

    def __init__(self, directory: Path, listener: socket.socket) -> None:
        self.directory = directory
        self.listener = listener
        self.port: int = listener.getsockname()[1]

    def untouched(self) -> bool:
        """Nobody has written there, nobody has called."""
        try:
            self.listener.accept()
        except BlockingIOError:
            return not list(self.directory.iterdir())
        return False


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as directory, socket.create_server(("127.0.0.1", 0)) as listener:
        os.chmod(directory, 0o777)
        listener.setblocking(False)
        yield Place(Path(directory), listener)


@pytest.fixture(scope="module", params=MACHINES)
async def sandboxes(request: pytest.FixtureRequest) -> AsyncIterator[tuple[ForkServerExecutor, ForkServerExecutor]]:
    """One with short limits for what goes on for ever, one with time enough for the rest."""
    program = on(request.param)
    if isinstance(program, str):
        pytest.skip(program)
    brief, patient = (ForkServerExecutor(limits, program=program) for limits in (LIMITS_HERE, ENOUGH))
    await patient.start()
    yield brief, patient
    await brief.stop()
    await patient.stop()


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: f"{payload.kind}-{payload.name}")
async def test_a_payload_ends_as_it_must_and_leaves_nothing(
    payload: Payload, sandboxes: tuple[ForkServerExecutor, ForkServerExecutor], place: Place
) -> None:
    if payload.kind == "x86_64" and platform.machine() != "x86_64":
        pytest.skip("its numbers are those of x86_64")
    brief, patient = sandboxes
    objects = system_v_objects()
    sandbox = brief if payload.slow else patient
    trace = await collect(sandbox, request(TOOLS + numbers() + located(payload.source, place)), sandbox.limits)
    assert trace.outcome.status == payload.status, trace.outcome.message
    assert payload.message in trace.outcome.message
    assert place.untouched()
    assert system_v_objects() == objects

    honest = await collect(sandbox, request(HONEST), sandbox.limits)
    assert (honest.outcome.status, said(honest)) == ("ok", "clean")


def test_there_are_enough_of_them() -> None:
    assert len({(payload.kind, payload.name) for payload in PAYLOADS}) == len(PAYLOADS) >= 120


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eab\u2066", "x" * 100_000, "a\0b", "\ud800x"])
async def test_what_looks_like_something_else_stays_text(
    text: str, sandboxes: tuple[ForkServerExecutor, ForkServerExecutor]
) -> None:
    source = f"text = {text!a}\n" + SAY.replace('"so far"', "text")
    trace = await collect(sandboxes[1], request(source))
    assert trace.outcome.status == "ok"
    assert said(trace) == text.replace("\ud800", "\ufffd")


def located(source: str, place: Place) -> str:
    return source.replace("TARGET", str(place.directory)).replace("PORT", str(place.port))


def numbers() -> str:
    architecture = this_architecture()
    assert architecture is not None
    return "".join(f"{name.upper()} = {architecture.numbers[name]}\n" for name in ("mmap", "futex"))


def system_v_objects() -> list[str]:
    return [Path("/proc/sysvipc", kind).read_text() for kind in ("shm", "sem", "msg")]
