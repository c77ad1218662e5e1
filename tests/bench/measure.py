"""Times every program with the `torch` that this Python finds first, and prints microseconds a run as JSON."""

from __future__ import annotations

import importlib
import json
import statistics
import timeit

from tests.bench.programs import Program, programs

REPEATS = 7


def microseconds(program: Program) -> float:
    """The median over several rounds, each long enough for the clock."""
    timer = timeit.Timer(program)
    rounds, seconds = timer.autorange()
    rounds = max(1, int(rounds * 0.1 / seconds))
    return statistics.median(timer.repeat(REPEATS, rounds)) / rounds * 1e6


def main() -> None:
    """Measures with one thread: these tensors are small, and more threads only get in each other's way."""
    torch = importlib.import_module("torch")
    if hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)
    print(json.dumps({name: microseconds(program) for name, program in programs(torch).items()}))


if __name__ == "__main__":
    main()
