"""The fork server as its client sees it: clean children, cores as the limit, and life after death."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from gradwalk.document.assemble import Taken
from gradwalk.document.schema import Trace
from gradwalk.errors import SandboxUnavailable
from gradwalk.limits import LIMITS
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import Ending
from gradwalk.sandbox.forkserver import ForkServerExecutor
from gradwalk.sandbox.starting import start
from tests.sandbox.harness import SAY, Run, executor, program, request, said

pytestmark = pytest.mark.anyio


async def test_a_child_has_no_environment(run: Run) -> None:
    assert await told(run, "dict(os.environ)") == "{}"


async def test_a_child_holds_no_web_framework(run: Run) -> None:
    assert await told(run, "[m for m in ('fastapi', 'pydantic', 'starlette', 'asyncio') if m in sys.modules]") == "[]"


async def test_nothing_of_one_run_is_left_for_the_next(run: Run) -> None:
    await run("import builtins; builtins.left = 1; sys.left = 1; os.environ._data[b'LEFT'] = b'1'")
    assert await told(run, "hasattr(sys, 'left') or 'LEFT' in os.environ or 'left' in dir(__builtins__)") == "False"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into the fork server's memory")
async def test_the_fork_server_never_holds_a_snippet(sandbox: ForkServerExecutor) -> None:
    secret = "needle-" + "-".join(str(number) for number in range(40))
    async with contextlib.aclosing(sandbox.run(request(f"text = {secret!r}; {SAY}time.sleep(60)"))) as stream:
        await anext(stream)
        await anext(stream)
        await eventually(lambda: one_child_holds(sandbox, secret))
        assert sandbox.fork_server is not None
        assert held(sandbox.fork_server, secret) == 0


async def test_odd_characters_survive_the_way_out(run: Run) -> None:
    assert await told(run, r"'a\ud800b \ud83d\ude00 \0 é'") == "a\ufffdb 😀 \0 é"


async def test_the_first_fork_server_is_the_one_that_was_started_before() -> None:
    started = start(program())
    sandbox = ForkServerExecutor(program=program(), slots=1, started=started)
    try:
        assert (await collect(sandbox, request(SAY))).outcome.status == "ok"
        assert fork_server(sandbox) == started.process.pid
    finally:
        await sandbox.stop()


async def test_a_fork_server_that_nobody_talks_with_ends() -> None:
    started = start(program())
    started.abandon()
    assert started.process.returncode == -signal.SIGKILL


async def test_a_killed_fork_server_costs_one_run_and_no_more() -> None:
    sandbox = executor()
    try:
        async with contextlib.aclosing(sandbox.run(request(SAY + "time.sleep(60)"))) as stream:
            await anext(stream)
            await anext(stream)
            os.kill(fork_server(sandbox), signal.SIGKILL)
            [ending] = [part async for part in stream]
        assert isinstance(ending, Ending)
        assert (ending.outcome.status, "restarted" in ending.outcome.message) == ("killed", True)
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


async def test_giving_up_on_a_run_kills_it() -> None:
    async with one_at_a_time() as sandbox:
        async with contextlib.aclosing(sandbox.run(request("time.sleep(60)"))) as stream:
            await anext(stream)
            [child] = children(sandbox)
        await eventually(lambda: child not in children(sandbox))
        assert (await collect(sandbox, request(SAY))).outcome.status == "ok"


async def test_cancelling_a_run_kills_it() -> None:
    async with one_at_a_time() as sandbox:
        runs = asyncio.Event()

        async def run() -> None:
            async for _ in sandbox.run(request("time.sleep(60)")):
                runs.set()

        task = asyncio.ensure_future(run())
        async with asyncio.timeout(10):
            await runs.wait()
        [child] = children(sandbox)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await eventually(lambda: child not in children(sandbox))
        assert (await collect(sandbox, request(SAY))).outcome.status == "ok"


async def test_no_more_runs_at_once_than_slots() -> None:
    sandbox = executor(slots=2)
    watched = (
        "began = time.monotonic(); time.sleep(0.1)\n"
        'emit({"outputs": [{"cell": 0, "output": 0, "kind": "stdout", "text": f"{began} {time.monotonic()}"}]})'
    )
    try:
        traces = await asyncio.gather(*(collect(sandbox, request(watched)) for _ in range(6)))
    finally:
        await sandbox.stop()
    spans = [tuple(map(float, said(trace).split())) for trace in traces]
    assert max(sum(began <= moment < ended for began, ended in spans) for moment, _ in spans) <= 2


async def test_a_run_that_makes_way_goes_on_beside_the_next_with_more_time() -> None:
    limits = LIMITS._replace(cpu_seconds=1, cpu_seconds_hard=2, wall_seconds=2.0, wall_seconds_hard=2.5)
    sandbox = ForkServerExecutor(limits, program=program(), slots=1)
    way = asyncio.get_running_loop().create_future()
    over: list[str] = []

    def run(name: str, source: str) -> asyncio.Task[Trace]:
        task = asyncio.create_task(collect(sandbox, request(source), limits, way, begun))
        task.add_done_callback(lambda _: over.append(name))
        return task

    def begun(_: Taken) -> None:
        if not way.done():
            way.set_result(None)

    try:
        runs = [run("longer", f"{SAY}time.sleep(3)"), run("endless", "while True: pass")]
        next_one = await run("next", SAY)
        longer, endless = await asyncio.gather(*runs)
    finally:
        await sandbox.stop()
    assert over[0] == "next"
    assert next_one.outcome.status == "ok"
    assert (longer.outcome.status, said(longer)) == ("ok", "so far")
    assert endless.outcome.message in ("Stopped after 8.0 s.", "Stopped after 1.0 s of CPU time.")


async def test_a_spare_that_was_killed_is_replaced() -> None:
    sandbox = executor(slots=1)
    try:
        await sandbox.start()
        await eventually(lambda: len(children(sandbox)) == 1)
        [spare] = children(sandbox)
        os.kill(spare, signal.SIGKILL)
        await eventually(lambda: len(children(sandbox)) == 1 and children(sandbox) != [spare])
        trace = await collect(sandbox, request(SAY))
        assert (trace.outcome.status, said(trace)) == ("ok", "so far")
    finally:
        await sandbox.stop()


async def test_spares_that_die_just_before_they_are_taken_cost_no_run() -> None:
    sandbox = executor(slots=2)
    try:
        await sandbox.start()
        await eventually(lambda: len(children(sandbox)) == 2)
        for spare in children(sandbox):
            os.kill(spare, signal.SIGKILL)
        # Not a moment for the server to hear of it.
        traces = await asyncio.gather(*(collect(sandbox, request(SAY)) for _ in range(4)))
        assert [(trace.outcome.status, said(trace)) for trace in traces] == [("ok", "so far")] * 4
    finally:
        await sandbox.stop()


async def test_a_fork_server_killed_while_it_is_renewed_leaves_nothing_behind() -> None:
    others = own_children()
    sandbox = executor(slots=1, recycle_after=2)
    try:
        for _ in range(8):
            await collect(sandbox, request(SAY))
            await collect(sandbox, request(SAY))
            # The second of these two has begun the renewal; now the old one is needed and not there.
            with contextlib.suppress(ProcessLookupError):
                os.kill(fork_server(sandbox), signal.SIGKILL)
            traces = await asyncio.gather(*(collect(sandbox, request(SAY)) for _ in range(2)))
            assert {trace.outcome.status for trace in traces} <= {"ok", "killed"}
        await eventually(lambda: own_children() - others == {fork_server(sandbox)})
    finally:
        await sandbox.stop()
    assert own_children() == others


async def test_whoever_gives_up_does_not_spoil_the_start_for_the_others() -> None:
    sandbox = executor(slots=2)
    try:
        gives_up = asyncio.ensure_future(collect(sandbox, request(SAY)))
        stays = asyncio.ensure_future(collect(sandbox, request(SAY)))
        await asyncio.sleep(0)
        gives_up.cancel()
        assert (await stays).outcome.status == "ok"
    finally:
        await sandbox.stop()


async def test_stopping_while_it_is_renewed_leaves_nothing_behind() -> None:
    others = own_children()
    sandbox = executor(slots=1, recycle_after=1)
    await collect(sandbox, request(SAY))
    await collect(sandbox, request(SAY))
    await sandbox.stop()
    assert own_children() == others


async def test_a_fork_server_that_has_served_enough_is_renewed_and_no_run_is_lost() -> None:
    sandbox = executor(recycle_after=5)
    try:
        await sandbox.start()
        first = fork_server(sandbox)
        slow = asyncio.ensure_future(collect(sandbox, request("time.sleep(0.5)")))
        traces = [await collect(sandbox, request(SAY)) for _ in range(8)]
        assert {trace.outcome.status for trace in traces} == {"ok"}
        assert (await slow).outcome.status == "ok"
        await eventually(lambda: fork_server(sandbox) != first)
        await eventually(lambda: not Path(f"/proc/{first}").exists())
    finally:
        await sandbox.stop()


async def test_a_stopped_sandbox_starts_nothing_again() -> None:
    sandbox = executor()
    await sandbox.stop()
    with pytest.raises(SandboxUnavailable, match="shutting down"):
        await collect(sandbox, request(SAY))


async def test_stopping_ends_the_fork_server_and_its_runs() -> None:
    sandbox = executor()
    stream = sandbox.run(request("time.sleep(60)"))
    await anext(stream)
    pids = [fork_server(sandbox), *children(sandbox)]
    await sandbox.stop()
    await stream.aclose()
    assert len(pids) >= 2
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


async def test_a_hundred_runs_leave_no_descriptor_and_no_process() -> None:
    sandbox = executor(slots=2)
    try:
        await sandbox.start()
        # Nothing has run yet, so these are the two that wait.
        await eventually(lambda: len(children(sandbox)) == 2)
        descriptors = os.listdir("/proc/self/fd")
        await asyncio.gather(*(collect(sandbox, request("pass")) for _ in range(100)))
        await eventually(lambda: len(children(sandbox)) == 2 and len(os.listdir("/proc/self/fd")) <= len(descriptors))
    finally:
        await sandbox.stop()


async def test_a_child_that_says_it_is_over_is_killed_at_once() -> None:
    async with one_at_a_time() as sandbox:
        [child] = children(sandbox)
        endings: list[Ending] = []
        forever = request(f"{DONE}os.write(3, bytes(4))\nwhile True: pass")
        trace = await collect(sandbox, forever, ended=endings.append)
        assert trace.outcome.status == "ok"
        assert endings[0].wall_seconds < sandbox.limits.wall_seconds
        await eventually(lambda: child not in children(sandbox))


async def test_nothing_that_comes_after_the_end_counts(run: Run) -> None:
    trace = await run(f"os.write(3, bytes(4))\n{SAY}{DONE}")
    assert (trace.outcome.status, said(trace)) == ("killed", "")
    assert "ended itself" in trace.outcome.message


DONE = 'emit({"outcome": {"status": "ok"}})\n'
TELL = '\nemit({"outputs": [{"cell": 0, "output": 0, "kind": "echo", "text": str(tell)}]})\n'


@contextlib.asynccontextmanager
async def one_at_a_time() -> AsyncIterator[ForkServerExecutor]:
    """A new sandbox with one child at any time: the spare, and then, in that same process, the run."""
    sandbox = executor(slots=1)
    try:
        await sandbox.start()
        await eventually(lambda: len(children(sandbox)) == 1)
        yield sandbox
    finally:
        await sandbox.stop()


async def told(run: Run, expression: str) -> str:
    """What an expression is worth in a child."""
    trace = await run(f"tell = {expression}{TELL}")
    assert trace.outcome.status == "ok", trace.outcome.message
    return said(trace)


def fork_server(sandbox: ForkServerExecutor) -> int:
    """Its process id."""
    assert sandbox.fork_server is not None
    return sandbox.fork_server


def own_children() -> set[int]:
    """This process's children."""
    return {int(child) for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def children(sandbox: ForkServerExecutor) -> list[int]:
    """The fork server's children: those that run, those that wait, and the dead but not yet buried."""
    pid = fork_server(sandbox)
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def one_child_holds(sandbox: ForkServerExecutor, text: str) -> bool:
    """Whether one child has ``text`` in its memory and the others, the spares, have not."""
    try:
        found = [held(child, text) > 0 for child in children(sandbox)]
    except (FileNotFoundError, ProcessLookupError):  # a spare that was replaced while this looked
        return False
    return sorted(found) == [False] * (sandbox.slots - 1) + [True]


def held(pid: int, text: str) -> int:
    """How often a process has ``text`` in the memory that it can write to."""
    count = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            where, rights = line.split()[:2]
            if rights.startswith("rw"):
                low, high = (int(end, 16) for end in where.split("-"))
                memory.seek(low)
                count += memory.read(high - low).count(text.encode())
    return count


async def eventually(holds: Callable[[], bool]) -> None:
    """Return when ``holds``; fail if that never happens."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.001)
