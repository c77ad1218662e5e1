"""Generated programs under PyTorch and Gradwalk side by side: where the two differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.oracle.compare import differences
from tests.oracle.generation import generated, mixes_dtypes
from tests.oracle.programs import Program
from tests.oracle.replay import Replayer
from tests.oracle.score import Result

AT_ONCE = 100
"""Programs that run one after another in one process: the first of them takes longer than the others together."""


def departures(
    facade: Replayer, real: Replayer, numbers: range, of: Callable[[int], Program] = generated
) -> Iterator[Result]:
    """Programs in which the two differ; those of which PyTorch itself dies do not count."""
    for start in range(0, len(numbers), AT_ONCE):
        programs = [of(number) for number in numbers[start : start + AT_ONCE]]
        for program, expected, actual in records(facade, real, programs):
            found = departure(program, expected, actual) if isinstance(expected, list) else []
            if found:
                yield Result("generated", program, found)


def departure(program: Program, expected: Any, actual: Any) -> list[str]:
    """Where a program's record departs from PyTorch's by more than roundings."""
    least = 1e-4 if mixes_dtypes(program) else 0
    return differences(ranked(expected), ranked(actual), leeway=100, least=least)


def records(facade: Replayer, real: Replayer, programs: list[Program]) -> Iterator[tuple[Program, Any, Any]]:
    """What both do with each program; where one of them dies, alone: some warnings come once a process."""
    expected = real.run_all(programs)
    actual = None if expected is None else facade.run_all(programs)
    if expected is not None and actual is not None:
        yield from zip(programs, expected, actual, strict=True)
    else:
        yield from ((program, real.run(program), facade.run(program)) for program in programs)


def ranked(record: Any) -> Any:
    """The record with places in order for sequence numbers: how many a call that failed used up moves no node."""
    if isinstance(record, list):
        for cell in record:
            nodes = [node for one in cell.get("passes", ()) for node in one["nodes"].values() if node["seq"] != "max"]
            places = {number: place for place, number in enumerate(sorted(node["seq"] for node in nodes))}
            for node in nodes:
                node["seq"] = places[node["seq"]]
    return record
