"""`make bench`: speed and memory, and with TORCH_PYTHON= (a Python that has torch) PyTorch's beside them.

Everything is measured several times, in turns with what it is compared to, and the figure that counts is the median of
the ratios: the machine may be busy with other things, which then are so for both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gradwalk.sandbox.starting import MEMORY
from tests.bench.programs import PROGRAMS

ROOT = Path(__file__).resolve().parents[2]
FACADE = [ROOT / "backend", ROOT / "backend" / "gradwalk" / "facade"]
ROUNDS = 7


class Python:
    """A Python with these folders first on its path, and its worker process."""

    def __init__(self, python: str, path: Sequence[Path]) -> None:
        self._python, self._path = python, path
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(folder) for folder in [*path, ROOT]),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            # As in the sandbox, and PyTorch is given the same.
            **MEMORY,
            # Modules are compiled once, as those of an installed package are; a switch against that would count here.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bytecode"),
        }
        self._worker = self._started("tests.bench.measure")

    def ask(self, **request: Any) -> Any:
        """What the worker measures."""
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        self._worker.stdin.write(json.dumps(request) + "\n")
        self._worker.stdin.flush()
        return json.loads(self._worker.stdout.readline())

    def time(self, program: str, way: str = "bare") -> float:
        """Seconds of processor time."""
        seconds: float = self.ask(what="time", program=program, way=way)
        return seconds

    def cold(self, *arguments: str) -> float:
        """Seconds from the start of a process to its end."""
        begin = time.perf_counter()
        self._started("tests.bench.cold", *arguments).communicate()
        return time.perf_counter() - begin

    def fresh(self, **request: Any) -> Any:
        """What a new worker measures, whose memory is its own."""
        other = Python(self._python, self._path)
        try:
            return other.ask(**request)
        finally:
            other.close()

    def close(self) -> None:
        """End the worker."""
        self._worker.communicate()

    def _started(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        command = [self._python, "-m", module, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self._environment, stdin=pipe, stdout=pipe, text=True)


Measurement = Callable[[], float]


def in_turns(measurements: Sequence[Measurement], rounds: int = ROUNDS) -> list[list[float]]:
    """For each of them its results, one from each round."""
    table = [[measure() for measure in measurements] for _ in range(rounds)]
    return [list(column) for column in zip(*table, strict=True)]


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(numerators, denominators, strict=True))


def speed(ours: Python, theirs: Python | None) -> None:
    """The table of programs and ways."""
    print("program      bare us   torch/bare  torch/rec.  torch/JSON  rec./bare  JSON/bare  played/JSON  lines, names")
    for name in PROGRAMS:
        if name == "f100k":
            continue
        ways = [partial(ours.time, name, way) for way in ("bare", "recorded", "written", "unplayed", "played")]
        if theirs is not None:
            ways.append(partial(theirs.time, name))
        bare, recorded, written, unplayed, played, *torch = in_turns(ways)
        beside = [f"{ratio(torch[0], way):12.1f}" for way in (bare, recorded, written)] if torch else [f"{'-':>12}"] * 3
        print(
            f"{name:<8}{statistics.median(bare) * 1e6:12,.1f}{''.join(beside)}{ratio(recorded, bare):11.2f}"
            f"{ratio(written, bare):11.2f}{ratio(played, written):13.2f}{ratio(played, unplayed):14.2f}",
            flush=True,
        )


def growth(ours: Python, theirs: Python | None) -> None:
    """The time of an op in a chain of 100,000, as a multiple of that in one of 1,000."""
    for title, python, way in (("bare", ours, "bare"), ("written", ours, "written"), ("PyTorch", theirs, "bare")):
        if python is not None:
            long, short = in_turns([partial(python.time, "f100k", way), partial(python.time, "f1k", way)], 3)
            print(f"an op among 100,000 / among 1,000, {title:<8}{ratio(long, short) / 100:8.2f}", flush=True)


def memory(ours: Python, theirs: Python | None) -> None:
    """Bytes an op."""
    for title, python, recorded in (("bare", ours, False), ("recorded", ours, True), ("PyTorch", theirs, False)):
        if python is not None:
            print(f"memory of an op, {title:<9}{python.fresh(what='memory', recorded=recorded):12,.0f} B", flush=True)
    plain, compressed = ours.ask(what="wire", program="f1k")
    print(f"JSON of an op in f1k{plain:18,.0f} B, compressed {compressed:,.0f} B")


def cold(ours: Python, theirs: Python | None) -> None:
    """From the start of a process to the result of program a."""
    runs: list[Measurement] = [partial(ours.cold, "trace"), ours.cold, partial(ours.cold, "by-hand")]
    if theirs is not None:
        runs.append(theirs.cold)
    in_turns(runs, 1)  # compiles the modules
    trace, bare, by_hand, *torch = in_turns(runs)
    beside = f", PyTorch's bare result takes {ratio(torch[0], trace):.1f} times that" if torch else ""
    print(f"cold start to a trace {statistics.median(trace) * 1e3:.0f} ms, to a bare result ", end="")
    print(f"{statistics.median(bare) * 1e3:.0f} ms{beside}; it takes {ratio(trace, by_hand):.2f} times numpy by hand")


def main() -> None:
    """Prints all of it."""
    torch_python = os.environ.get("TORCH_PYTHON")
    ours = Python(sys.executable, FACADE)
    theirs = Python(torch_python, []) if torch_python else None
    chosen = sys.argv[1:]
    for part in (speed, growth, memory, cold):
        if not chosen or part.__name__ in chosen:
            part(ours, theirs)
    for python in (ours, theirs):
        if python is not None:
            python.close()


if __name__ == "__main__":
    main()
