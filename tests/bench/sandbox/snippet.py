"""The tiny snippet that every part of this measures, and two ways to run it: in this process, and through a sandbox."""

from __future__ import annotations

from typing import Any

import orjson

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options, Outcome, Trace
from gradwalk.limits import LIMITS
from gradwalk.notebook import CellSource
from gradwalk.runner.run import run
from gradwalk.sandbox.collect import collect
from gradwalk.sandbox.executor import RunRequest
from gradwalk.sandbox.forkserver import ForkServerExecutor

SOURCE = """\
import torch
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
x.grad
"""
REQUEST = RunRequest((CellSource(SOURCE),), Options())


def cells() -> list[dict[str, Any]]:
    """The snippet as the runner takes it."""
    return [{"source": SOURCE, "execution_count": None}]


def encoded(frame: dict[str, Any]) -> bytes:
    """A frame as it travels."""
    return orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)


def in_process() -> Trace:
    """Run it here: everything but the sandbox."""
    assembler = Assembler([Cell(source=SOURCE)], REQUEST.options)

    def feed(frame: dict[str, Any]) -> int:
        payload = encoded(frame)
        assembler.feed(payload)
        return len(payload)

    run(cells(), REQUEST.options.model_dump(), feed, LIMITS)
    return assembler.finish(Outcome(status="ok"))


async def sandboxed(executor: ForkServerExecutor) -> Trace:
    """Run it in a child."""
    trace = await collect(executor, REQUEST, executor.limits)
    if trace.outcome.status != "ok":
        raise RuntimeError(trace.outcome.message)
    return trace
