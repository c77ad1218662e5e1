"""What a child has given up before the last fence, looked at from inside: after it, it could not look."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradwalk.sandbox import landlock

_PROBE = """
import os, resource, socket, sys
from gradwalk.limits import LIMITS
from gradwalk.sandbox import landlock
from gradwalk.sandbox.fences import FENCES, Confinement
from gradwalk.sandbox.protocol import STREAM_FD, Grant

ours, theirs = socket.socketpair()
extra = [os.open(os.devnull, os.O_RDONLY) for _ in range(3)]
confinement = Confinement(Grant.of(LIMITS), theirs.fileno(), os.getpid(), 1 << 40, landlock.version(), None)
pid = os.fork()
if pid == 0:
    for fence in FENCES[:LAST]:
        fence(confinement)
    try:
        told = EXPRESSION
    except OSError as error:
        told = type(error).__name__
    os.write(STREAM_FD, repr(told).encode())
    os._exit(0)
theirs.close()
os.waitpid(pid, 0)
sys.stderr.write(ours.recv(4096).decode())
"""
BACKEND = str(Path(__file__).resolve().parents[2] / "backend")


def told(expression: str, last: str = "None", probe: str = _PROBE) -> object:
    """What an expression is worth behind all fences up to ``last``; the filter itself is left out everywhere."""
    command = [sys.executable, "-c", probe.replace("LAST", last).replace("EXPRESSION", expression)]
    # The null devices are the fork server's doing.
    null = subprocess.DEVNULL
    environment = {"PYTHONPATH": BACKEND}
    done = subprocess.run(
        command, env=environment, stdin=null, stdout=null, stderr=subprocess.PIPE, text=True, check=True
    )
    return ast.literal_eval(done.stderr)


def test_no_descriptor_is_left_but_three_null_devices_and_the_stream() -> None:
    # Behind Landlock, the fifth fence, the directory could not be read; reading it takes one descriptor itself.
    links = "[os.readlink(f'/proc/self/fd/{fd}').partition(':')[0] for fd in range(4)]"
    assert told(links, last="4") == ["/dev/null", "/dev/null", "/dev/null", "socket"]
    assert told("len(os.listdir('/proc/self/fd'))", last="4") == 5


def test_every_limit_is_set() -> None:
    names = ("AS", "CPU", "STACK", "NOFILE", "NPROC", "FSIZE", "CORE", "MEMLOCK", "MSGQUEUE")
    limits = told(f"[resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in {names}]")
    mib = 1 << 20
    whole = (1 << 40) + 256 * mib
    assert limits == [(whole, whole), (2, 3), (8 * mib, 8 * mib), (5, 5), *[(0, 0)] * 5]


def test_less_than_a_limit_that_the_server_was_started_with_is_left_so() -> None:
    limits = "(resource.getrlimit(resource.RLIMIT_STACK), resource.getrlimit(resource.RLIMIT_AS)[1])"
    mib = 1 << 20
    beneath = f"resource.setrlimit(resource.RLIMIT_STACK, ({mib}, {mib}))\n"
    probe = _PROBE.replace("ours, theirs", beneath + "ours, theirs", 1)
    assert told(limits, probe=probe) == ((mib, mib), (1 << 40) + 256 * mib)


def test_it_steps_back_behind_the_server() -> None:
    assert told("os.nice(0)") == min(10 + os.nice(0), 19), "19 is as far back as one can step"


@pytest.mark.parametrize(
    ("deed", "since"),
    [("os.listdir('/')", 1), ("open('/etc/passwd')", 1), ("open('/tmp/x', 'w')", 1), ("os.kill(os.getppid(), 0)", 6)],
)
def test_landlock_alone_keeps_it_in(deed: str, since: int) -> None:
    if landlock.version() < since:
        pytest.skip("this kernel's Landlock does not do that")
    assert told(deed) == "PermissionError"
