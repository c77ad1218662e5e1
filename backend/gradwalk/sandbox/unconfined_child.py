"""A run's own process where there is no sandbox: the request comes by standard input, frames go to standard output.

It works wherever Python does; of the limits only those hold that the system can hold it to.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import orjson

from gradwalk.limits import Limits
from gradwalk.sandbox.stream import END, LENGTH, pack_frame
from gradwalk.text import clean_tree


def main(entry_name: str) -> None:
    """Run what comes, with ``module:function`` as the entry point, and end."""
    answer = _take_over_output()
    entry = load(entry_name)
    (length,) = LENGTH.unpack(sys.stdin.buffer.read(LENGTH.size))
    request = orjson.loads(sys.stdin.buffer.read(length))
    limits = Limits(**request["limits"])
    _hold_to(limits)

    def emit(frame: dict[str, Any]) -> int:
        try:
            payload = orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY)
        except TypeError:
            payload = orjson.dumps(clean_tree(frame), option=orjson.OPT_SERIALIZE_NUMPY)
        answer.write(pack_frame(payload))
        answer.flush()
        return len(payload)

    entry(request["cells"], request["options"], emit, limits)
    answer.write(END)
    answer.flush()


def load(entry_name: str) -> Callable[..., object]:
    """The entry point, and what it stands on. All that stays: no garbage is looked for among it, now or later."""
    module, _, function = entry_name.partition(":")
    gc.disable()
    # From here, not from deep within other imports: there each call that crosses the end of a piece of Python's own
    # stack asks the kernel for the next piece, and numpy makes hundreds of them.
    importlib.import_module("numpy")
    entry: Callable[..., object] = getattr(importlib.import_module(module), function)
    gc.freeze()
    gc.enable()
    return entry


def _take_over_output() -> BinaryIO:
    """Standard output for the frames alone: what anything else writes there goes nowhere."""
    answer = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    return answer


def _hold_to(limits: Limits) -> None:
    """The soft limits, by which a run ends in order; who waits for it kills it at the hard one."""
    if hasattr(signal, "setitimer"):
        # Before the first soft limit is handled, the signal would end the process without a word.
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    with contextlib.suppress(ImportError, ValueError, OSError):
        resource = importlib.import_module("resource")
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (used + limits.cpu_seconds + 1, hard))
