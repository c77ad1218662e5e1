"""The whole way of a real snippet: fork server, runner, engine, recorder, stream, assembler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from gradwalk.document.schema import Status, Trace
from gradwalk.limits import LIMITS, Limits
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.forkserver import ForkServerExecutor
from tests.sandbox.harness import LITTLE_CPU, request

pytestmark = pytest.mark.anyio

HONEST = "import torch\nx = torch.arange(4.0, requires_grad=True)\n(2 * torch.dot(x, x)).backward()\nx.grad"
OS = "import sys\nos = sys.modules['posix']\nprint('so far')\n"
"""The system's own functions, of which a snippet's ``os`` has none that takes a path or a number."""


@pytest.fixture(scope="module")
async def real() -> AsyncIterator[ForkServerExecutor]:
    """A fork server whose children run the runner."""
    executor = ForkServerExecutor(LITTLE_CPU)
    yield executor
    await executor.stop()


async def test_an_honest_run_is_whole(real: ForkServerExecutor) -> None:
    trace = await collect(real, request("import torch", HONEST.replace("import torch\n", "")))
    assert trace.outcome.status == "ok"
    assert [cell.status for cell in trace.cells] == ["done", "done"]
    assert [output.text for output in trace.cells[1].outputs] == ["tensor([ 0.,  4.,  8., 12.])"]
    assert [node.name for node in trace.nodes] == ["AccumulateGrad", "DotBackward0", "MulBackward0"]
    assert [tensor.names for tensor in trace.tensors if tensor.names] == [["x"]]


async def test_an_error_is_a_result(real: ForkServerExecutor) -> None:
    trace = await collect(real, request("x = 1", "x / 0", "x"))
    assert trace.outcome.status == "error"
    assert trace.outcome.error is not None
    assert (trace.outcome.error.type, trace.outcome.error.cell) == ("ZeroDivisionError", 1)
    assert [cell.status for cell in trace.cells] == ["done", "error", "not_run"]


@dataclass(frozen=True)
class Case:
    """A snippet that is stopped, or stops itself."""

    name: str
    source: str
    status: Status
    message: str


CASES = [
    Case("endless_loop", "print('so far')\nn = 0\nwhile True: n += 1", "cpu", "line 3 of Cell In[1], iteration "),
    Case("endless_lines", "print('so far')\nn = 0\nwhile True: n += 1", "cpu", "the first 20,000 and the last 500 are"),
    Case("huge_list", "print('so far')\nx = [0] * 10**9", "memory", "line 2"),
    Case("huge_array", "import numpy as np\nprint('so far')\nnp.ones(10**9)", "memory", "line 3"),
    Case("huge_tensor", "import torch\nprint('so far')\ntorch.ones(10**9)", "memory", "line 3"),
    Case("endless_recursion", "print('so far')\ndef f(): f()\nf()", "error", "RecursionError"),
    Case("endless_recursion_of_ops", "import torch\nprint('so far')\nf = lambda x: f(x * 2)\nf(torch.ones(1))", "error",
         "RecursionError"),
    Case("fork", OS + "os.fork()", "error", "PermissionError"),
    Case("exec", OS + "os.execv('/bin/true', ['true'])", "killed", "not allowed here"),
    Case("exit", OS + "os._exit(0)", "killed", "ended itself"),
    Case("kill_the_fork_server", OS + "os.kill(os.getppid(), 9)", "killed", ""),
    Case("write_to_a_device", "print('so far')\nopen('/dev/mem', 'w').write('x')\nopen('/proc/1/mem')", "error",
         "No such file or directory: '/proc/1/mem'"),
    Case("fill_the_memory_with_files", "print('so far')\nwith open('/tmp/x', 'wb') as f:\n"
         "    while True: f.write(bytes(10**6))", "error", "the files of a run may hold 64 MiB together"),
    Case("endless_files", "print('so far')\nn = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'w')", "error",
         "a run may have 1,000 files and folders: '/tmp/1001'"),
    Case("read_a_secret", OS + "print(os.read(os.open('/etc/shadow', 0), 99))", "error", "PermissionError"),
    Case("forged_frame", OS + "os.write(3, (5).to_bytes(4, 'big') + b'[1,2]')", "killed", "made no sense"),
    Case("forged_outcome", OS + "os.write(3, b'\\0\\0\\0\\x1b' + b'{\"outcome\":{\"status\":\"ok\"}}')", "killed",
         "made no sense"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_whatever_a_snippet_does_the_next_run_is_clean(case: Case, real: ForkServerExecutor) -> None:
    trace = await collect(real, request(case.source))
    assert trace.outcome.status == case.status, trace.outcome.message
    assert case.message in trace.outcome.message
    assert [output.text for output in trace.cells[0].outputs if output.kind == "stdout"] in ([], ["so far\n"])
    assert_clean(await collect(real, request(HONEST)))


async def test_a_run_finds_its_files_again_and_the_next_does_not(real: ForkServerExecutor) -> None:
    source = "import os\nfrom pathlib import Path\nPath('a').write_text('b'), open('a').read(), os.listdir('/tmp')"
    for _ in range(2):
        trace = await collect(real, request("import os\nos.path.exists('a')", source))
        assert [output.text for cell in trace.cells for output in cell.outputs] == ["False", "(1, 'b', [])"]


async def test_endless_printing_is_cut_and_the_run_goes_on(real: ForkServerExecutor) -> None:
    trace = await collect(real, request("for _ in range(1000): print('x' * 1000)"))
    assert trace.outcome.status == "ok"
    outputs = trace.cells[0].outputs
    assert sum(len(output.text) for output in outputs if output.kind == "stdout") <= LIMITS.stdout_bytes
    assert "cut" in outputs[-1].text


async def test_an_endless_graph_is_cut_when_time_is_up(real: ForkServerExecutor) -> None:
    trace = await collect(real, request("import torch\nx = torch.ones(2)\nwhile True: x = x * 1"))
    assert trace.outcome.status in ("timeout", "cpu")
    assert "line 3" in trace.outcome.message
    assert 100 < len(trace.ops) <= LIMITS.ops


async def test_sleeping_leaves_what_was_printed_before() -> None:
    for seconds in (1.0, 4.0, 16.0):
        limits = LIMITS._replace(wall_seconds=seconds, wall_seconds_hard=seconds + 10)
        trace = await once("import time\nprint('so far')\ntime.sleep(60)", limits)
        if "line 3" in trace.outcome.message:  # else a busy machine has not let it come to sleeping
            break
    assert trace.outcome.status == "timeout"
    assert "line 3" in trace.outcome.message
    assert trace.cells[0].outputs[0].text == "so far\n"


@pytest.mark.parametrize("wall", [0.5, 0.6, 0.7])
async def test_the_record_is_whole_wherever_the_soft_limit_strikes(wall: float) -> None:
    limits = LIMITS._replace(wall_seconds=wall, wall_seconds_hard=wall + 5, ops=10**6, stream_bytes=10**9)
    endless = "import torch\nx = torch.ones(2, requires_grad=True)\nwhile True: (x * 2 + x).sum().backward()"
    trace = await once(endless, limits)
    assert trace.outcome.status == "timeout"
    assert trace.outcome.message.startswith("Stopped after"), "the run ended itself, in order"


async def test_two_runs_with_one_seed_are_the_same_but_for_their_times(real: ForkServerExecutor) -> None:
    source = "import torch\ntorch.manual_seed(3)\nx = torch.randn(4, requires_grad=True)\n(x * x).sum().backward()"
    first, second = [await collect(real, request(source)) for _ in range(2)]
    assert first.model_dump(exclude={"outcome"}) == second.model_dump(exclude={"outcome"})


async def once(source: str, limits: Limits) -> Trace:
    """The trace of one run in a sandbox of its own."""
    executor = ForkServerExecutor(limits)
    try:
        return await collect(executor, request(source), limits)
    finally:
        await executor.stop()


def assert_clean(trace: Trace) -> None:
    """An honest run's trace shows nothing of what went before."""
    assert trace.outcome.status == "ok"
    assert [output.text for output in trace.cells[0].outputs] == ["tensor([ 0.,  4.,  8., 12.])"]
    assert [tensor.storage for tensor in trace.tensors] == [0, 1, 2, 3]
