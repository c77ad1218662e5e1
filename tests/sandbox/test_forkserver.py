"""The fork server as its client sees it: clean children, cores as the limit, and life after death."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from gradwalk.errors import SandboxUnavailable
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.connection import Connection
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.sandbox.harness import SAY, Run, executor, request, said

pytestmark = pytest.mark.anyio


async def test_a_child_has_no_environment(run: Run) -> None:
    assert await told(run, "dict(os.environ)") == "{}"


async def test_a_child_has_no_descriptor_but_the_null_device_and_its_stream(run: Run) -> None:
    links = "[os.readlink(f'/proc/self/fd/{fd}').partition(':')[0] for fd in range(4)]"
    assert await told(run, links) == "['/dev/null', '/dev/null', '/dev/null', 'socket']"
    assert await told(run, "len(os.listdir('/proc/self/fd')) - 1") == "4"


async def test_a_child_is_not_root(run: Run) -> None:
    assert await told(run, "0 in os.getresuid() + os.getresgid() + tuple(os.getgroups())") == "False"


async def test_a_child_gives_way_to_the_server(run: Run) -> None:
    assert await told(run, "os.nice(0) - 10 >= 0") == "True"


async def test_a_child_holds_no_web_framework(run: Run) -> None:
    assert await told(run, "[m for m in ('fastapi', 'pydantic', 'starlette', 'asyncio') if m in sys.modules]") == "[]"


async def test_nothing_of_one_run_is_left_for_the_next(run: Run) -> None:
    await run("import builtins; builtins.left = 1; sys.left = 1; os.environ['LEFT'] = '1'; os.chdir('/tmp')")
    assert await told(run, "hasattr(sys, 'left') or 'LEFT' in os.environ or 'left' in dir(__builtins__)") == "False"


async def test_the_fork_server_never_holds_a_snippet(sandbox: ForkServerExecutor) -> None:
    secret = "needle-" + "-".join(str(number) for number in range(40))
    await collect(sandbox, request(f"text = {secret!r}"))
    look = f"""
import ctypes, re
parts = {[int(part) for part in secret.split("-")[1:]]!r}
needle = ("needle" + "-").encode() + "-".join(map(str, parts[:20])).encode()
found = 0
for line in open("/proc/self/maps"):
    where, rights = line.split()[:2]
    if rights.startswith("rw"):
        low, high = (int(end, 16) for end in where.split("-"))
        found += ctypes.string_at(low, high - low).count(needle + b"-" + str(parts[20]).encode() + b"-")
tell = found
"""
    trace = await collect(sandbox, request(look + TELL, secret))
    here = int(said(trace))
    trace = await collect(sandbox, request(look + TELL))
    assert here > 0, "the search must find what is there"
    assert int(said(trace)) == 0


async def test_odd_characters_survive_the_way_out(run: Run) -> None:
    assert await told(run, r"'a\ud800b \ud83d\ude00 \0 é'") == "a\ufffdb 😀 \0 é"


async def test_a_killed_fork_server_costs_one_run_and_no_more() -> None:
    sandbox = executor()
    try:
        trace = await collect(sandbox, request(SAY + "os.kill(os.getppid(), 9); time.sleep(60)"))
        assert trace.outcome.status == "killed"
        assert said(trace) == "so far"
        assert (await collect(sandbox, request(SAY))).outcome.status == "ok"
    finally:
        await sandbox.stop()


async def test_a_fork_server_killed_between_runs_is_replaced() -> None:
    sandbox = executor()
    try:
        await sandbox.start()
        before = fork_server(sandbox)
        os.kill(before, signal.SIGKILL)
        assert (await collect(sandbox, request(SAY))).outcome.status in ("ok", "killed")
        assert (await collect(sandbox, request(SAY))).outcome.status == "ok"
        assert fork_server(sandbox) != before
    finally:
        await sandbox.stop()


async def test_a_fork_server_that_cannot_start_is_an_error_that_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    sandbox = executor(entry="no_such_function")
    with pytest.raises(SandboxUnavailable, match="did not start"):
        await sandbox.start()
    assert "no_such_function" in capfd.readouterr().err
    await sandbox.stop()


async def test_giving_up_on_a_run_kills_it(sandbox: ForkServerExecutor) -> None:
    async with contextlib.aclosing(sandbox.run(request("time.sleep(60)"))) as stream:
        await anext(stream)
        assert len(children(sandbox)) == 1
    assert (await collect(sandbox, request("pass"))).outcome.status == "ok"
    await eventually_childless(sandbox)


async def test_cancelling_a_run_kills_it(sandbox: ForkServerExecutor) -> None:
    task = asyncio.ensure_future(collect(sandbox, request("time.sleep(60)")))
    while not children(sandbox):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await eventually_childless(sandbox)


async def test_no_more_runs_at_once_than_slots() -> None:
    sandbox = executor(slots=2)
    most = 0
    try:
        tasks = [asyncio.ensure_future(collect(sandbox, request("time.sleep(0.2)"))) for _ in range(6)]
        while not all(task.done() for task in tasks):
            most = max(most, len(children(sandbox)))
            await asyncio.sleep(0.002)
        assert [task.result().outcome.status for task in tasks] == ["ok"] * 6
        assert most == 2
    finally:
        await sandbox.stop()


async def test_stopping_ends_the_fork_server_and_its_runs() -> None:
    sandbox = executor()
    stream = sandbox.run(request("time.sleep(60)"))
    await anext(stream)
    pids = [fork_server(sandbox), *children(sandbox)]
    await sandbox.stop()
    await stream.aclose()
    assert len(pids) == 2
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


async def test_a_hundred_runs_leave_no_descriptor_and_no_process(sandbox: ForkServerExecutor) -> None:
    await collect(sandbox, request("pass"))
    descriptors = os.listdir("/proc/self/fd")
    await asyncio.gather(*(collect(sandbox, request("pass")) for _ in range(100)))
    await eventually_childless(sandbox)
    assert len(os.listdir("/proc/self/fd")) <= len(descriptors)


TELL = '\nemit({"outputs": [{"cell": 0, "output": 0, "kind": "echo", "text": str(tell)}]})\n'


async def told(run: Run, expression: str) -> str:
    """What an expression is worth in a child."""
    trace = await run(f"tell = {expression}{TELL}")
    assert trace.outcome.status == "ok", trace.outcome.message
    return said(trace)


def fork_server(sandbox: ForkServerExecutor) -> int:
    """Its process id."""
    connection: Connection | None = sandbox._connection
    assert connection is not None
    return connection.pid


def children(sandbox: ForkServerExecutor) -> list[int]:
    """The fork server's children, the dead but not yet buried among them."""
    if sandbox._connection is None:
        return []
    pid = fork_server(sandbox)
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def eventually_childless(sandbox: ForkServerExecutor) -> None:
    """Return when the last child has been buried; hang, and so fail, if that never happens."""
    async with asyncio.timeout(5):
        while children(sandbox):
            await asyncio.sleep(0.001)
