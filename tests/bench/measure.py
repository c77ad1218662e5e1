"""One Python that measures what it is asked for, line by line, with the ``torch`` that it finds first.

A request is ``{"what": "time", "program": "a", "way": "bare"}``; the answer is a number, or a list of them.
"""

from __future__ import annotations

import gc
import importlib
import json
import statistics
import sys
from typing import Any

from tests.bench import memory
from tests.bench.programs import PROGRAMS
from tests.bench.ways import WAYS, Run

SECONDS = 0.08
"""How long one measurement lasts, at least."""

_runs: dict[tuple[str, str], Run] = {}


def seconds(name: str, way: str) -> float:
    """The median of several runs of a program, in processor time; the first ever is not counted."""
    run = _runs.get((name, way))
    if run is None:
        run = _runs[name, way] = WAYS[way](PROGRAMS[name])
        run()
    gc.collect()
    times = [run()]
    while sum(times) < SECONDS:
        times.append(run())
    return statistics.median(times)


def answer(request: dict[str, Any]) -> Any:
    """What is asked for."""
    if request["what"] == "time":
        return seconds(request["program"], request["way"])
    if request["what"] == "memory":
        return memory.bytes_per_op(request["recorded"])
    return memory.wire_bytes(request["program"])


def main() -> None:
    """Answers with one thread: these tensors are small, and more threads only get in each other's way."""
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    if not hasattr(torch, "ops"):  # ours: as in the sandbox, whose children keep memory and look for garbage as seldom
        garbage = importlib.import_module("gradwalk.runner.garbage")
        garbage.keep_memory()
        gc.freeze()
        gc.set_threshold(*garbage.THRESHOLDS)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
