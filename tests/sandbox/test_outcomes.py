"""What a run can do to itself and to the sandbox, and the outcome that each such deed has."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gradwalk.document.schema import Status, Trace
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import Ending
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.sandbox.harness import LITTLE_CPU, SAY, SHORT, Run, executor, request, said

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Deed:
    """A cell, and how its run must end."""

    name: str
    source: str
    status: Status
    message: str


NOT_ALLOWED = "tried something that is not allowed here"
DEEDS = [
    Deed("exit_without_a_word", "os._exit(0)", "killed", "ended itself before it was over"),
    Deed("exit_status", "os._exit(3)", "killed", "exit status 3"),
    Deed("kill_itself", "os.kill(0, 9)", "killed", NOT_ALLOWED),
    Deed("crash", "import ctypes; ctypes.string_at(0)", "killed", "SIGSEGV"),
    Deed("one_huge_object", "bytearray(10**9)", "memory", "256 MiB of memory"),
    Deed("list_that_grows", "x = []\nwhile True: x = [x] * 1_000_000", "memory", "256 MiB of memory"),
    Deed("fork", "os.fork()", "killed", "Operation not permitted"),
    Deed("thread", "import threading; threading.Thread(target=print).start()", "killed", "can't start new thread"),
    Deed("file_in_memory", "os.memfd_create('x')", "killed", "Operation not permitted"),
    Deed("more_descriptors", "os.dup(0)", "killed", "Operation not permitted"),
    Deed("raise_its_limits", "import resource as r; r.setrlimit(0, (9, 9))", "killed", "not allowed to raise"),
    Deed("flood_of_frames", "while True: emit({'outputs': []})", "killed", "made no sense"),
    Deed("flood_of_text", "while True: " + SAY.replace("so far", "x" * 100_000), "limit", "reached 16 MiB"),
    Deed("frame_without_end", r"os.write(3, b'\xff\xff\xff\xff')", "limit", "reached 16 MiB"),
    Deed("frame_cut_short", r"os.write(3, b'\0\0\1\0{'); os._exit(0)", "killed", "before it was over"),
    Deed("frame_that_is_not_json", r"os.write(3, b'\0\0\0\1{')", "killed", "made no sense"),
    Deed("forged_frame", "emit({'ops': [{'name': 'x'}]})", "killed", "made no sense"),
    Deed("forged_end", "emit({'outcome': {'status': 'ok'}}); os._exit(7)", "killed", "exit status 7"),
    Deed("closed_stream", "os.close(3)", "killed", "Operation not permitted"),
]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
async def test_a_deed_ends_its_own_run_and_no_other(deed: Deed, run: Run) -> None:
    trace = await run(SAY + deed.source)
    assert trace.outcome.status == deed.status
    assert deed.message in trace.outcome.message
    assert said(trace).startswith("so far")
    assert trace.cells[0].status == "stopped" or deed.name == "forged_end"

    honest = await run(SAY)
    assert honest.outcome.status == "ok"
    assert honest.cells[0].status == "done"
    assert said(honest) == "so far"


async def test_how_an_honest_run_ended_says_what_it_used(sandbox: ForkServerExecutor) -> None:
    endings: list[Ending] = []
    outcome = (await collect(sandbox, request("x = sum(range(1000))"), ended=endings.append)).outcome
    assert outcome.status == "ok"
    assert outcome.message == ""
    assert 0 < endings[0].cpu_seconds < 2
    assert 0 < endings[0].wall_seconds < 5


async def test_sleeping_past_the_wall_limit_leaves_the_partial_trace() -> None:
    trace = await once(SAY + "time.sleep(60)", executor(SHORT))
    assert trace.outcome.status == "timeout"
    assert trace.outcome.message == "Stopped after 0.8 s."
    assert said(trace) == "so far"


async def test_a_run_that_ignores_the_soft_wall_limit_is_killed_at_the_hard_one() -> None:
    ignore = """
while True:
    try: time.sleep(60)
    except KeyboardInterrupt: pass
"""
    trace = await once(SAY + ignore, executor(SHORT, "with_soft_limits"))
    assert trace.outcome.status == "timeout"
    assert said(trace) == "so far"


async def test_an_endless_loop_leaves_the_partial_trace() -> None:
    trace = await once(SAY + "while True: pass", executor(LITTLE_CPU))
    assert trace.outcome.status == "cpu"
    assert trace.outcome.message == "Stopped after 1.0 s of CPU time."
    assert said(trace) == "so far"


async def test_soft_limits_let_the_run_end_itself() -> None:
    by_cpu = await once(SAY + "while True: pass", executor(LITTLE_CPU, "with_soft_limits"))
    patient = SHORT._replace(wall_seconds_hard=20.0)
    by_wall = await once(SAY + "time.sleep(60)", executor(patient, "with_soft_limits"))
    assert (by_cpu.outcome.status, by_cpu.outcome.message) == ("cpu", "soft")
    assert (by_wall.outcome.status, by_wall.outcome.message) == ("timeout", "soft")


async def once(source: str, sandbox: ForkServerExecutor) -> Trace:
    """The trace of one run in a sandbox of its own."""
    try:
        return await collect(sandbox, request(source))
    finally:
        await sandbox.stop()
