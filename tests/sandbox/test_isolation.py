"""Where the walls stand, and what happens where they do not."""

from __future__ import annotations

import pytest

from gradwalk.errors import SandboxUnsupported
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor, examine
from gradwalk.sandbox.starting import Program
from tests.sandbox.harness import SAY, request, said
from tests.sandbox.machines import MACHINES, on

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("machine", MACHINES)
async def test_no_wall_leaks(machine: str) -> None:
    report = await examine(needed(machine))
    assert report.seccomp
    assert report.user != 0
    assert report.escapes == []
    assert report.isolation == ("full" if report.landlock else "partial")


async def test_without_a_filter_the_self_test_gets_out_and_nothing_is_served(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = ForkServerExecutor(program=needed("unfiltered"))
    with pytest.raises(SandboxUnsupported, match="gradwalk doctor"):
        await sandbox.start()
    assert sandbox.isolation == "none"
    assert "no filters on system calls" in caplog.text
    assert "a snippet could open a file, look at a file, make a socket" in caplog.text
    await sandbox.stop()


async def test_whoever_insists_is_served_without_walls() -> None:
    sandbox = ForkServerExecutor(program=needed("unfiltered"), unsafe=True)
    try:
        trace = await collect(sandbox, request(SAY))
        assert (trace.outcome.status, said(trace)) == ("ok", "so far")
        assert sandbox.isolation == "none"
    finally:
        await sandbox.stop()


def needed(machine: str) -> Program:
    """A fork server there, or the test is skipped."""
    program = on(machine)
    if isinstance(program, str):
        pytest.skip(program)
    return program
