"""How much of what PyTorch does the facade does: passed and total, by suite and by family of ops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.oracle.compare import differences
from tests.oracle.facts import facts
from tests.oracle.programs import Program, suite
from tests.oracle.replay import Replayer


@dataclass(frozen=True)
class Result:
    """One program, and where its record departs from the fact."""

    suite: str
    program: Program
    differences: list[str]


def results(suite_name: str, replayer: Replayer) -> Iterator[Result]:
    """Every program of a suite, core or not, against its fact."""
    for name, program in suite(suite_name).items():
        yield Result(suite_name, program, differences(facts(suite_name)[name], replayer.run(program)))


def table(found: Iterable[Result]) -> str:
    """A line for each suite's core and for each family beyond it."""
    total: Counter[tuple[bool, str]] = Counter()
    passed: Counter[tuple[bool, str]] = Counter()
    for result in found:
        keys = [(True, need) for need in result.program.needs] or [(False, f"core: {result.suite}")]
        total.update(keys)
        passed.update(keys if not result.differences else [])
    rows = [f"{name:<20}{passed[later, name]:>6} / {total[later, name]}" for later, name in sorted(total)]
    return "\n".join(rows)
