"""`make conformance`: the facade's score over all recorded facts, and live against PyTorch where it is installed.

    python -m tests.oracle.conformance [--torch PYTHON] [--generated N] [--from N] [--only-generated] [--courses]
        [--document] [--show]

Where this Python has PyTorch, or with `--torch` naming one that has, two things are compared live: PyTorch with the
recorded facts (has it changed its mind?), and the facade with PyTorch on generated programs that nobody wrote with
either in view.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec

from tests.oracle.generation import generated
from tests.oracle.generation.courses import course
from tests.oracle.live import departures
from tests.oracle.programs import SUITES, Program
from tests.oracle.random_document import write_down
from tests.oracle.replay import Replayer
from tests.oracle.score import Result, results, table


def main() -> int:
    """Exit status 1 if a core program, PyTorch itself or a generated program departs from what is expected."""
    options = _options()
    facade = Replayer()
    real = Replayer(options.torch, path=()) if options.torch else None
    failed = False if options.only_generated else _compare_with_facts(facade, real, options.show)
    if real:
        numbers = range(options.first, options.first + options.generated)
        odd = _compare_live(facade, real, numbers, course if options.courses else generated)
        if options.document:
            write_down(numbers, odd)
        failed = failed or bool(odd)
        real.close()
    facade.close()
    return int(failed)


def _compare_with_facts(facade: Replayer, real: Replayer | None, show: bool) -> bool:
    """Facade and PyTorch on the recorded programs; whether a core program or PyTorch itself has changed its mind."""
    scored = [result for suite in SUITES for result in results(suite, facade)]
    print(table(scored))
    wrong = [result for result in scored if result.differences]
    _show(wrong if show else [])
    changed = []
    if real:
        changed = [result for suite in SUITES for result in results(suite, real) if result.differences]
        print(f"\nPyTorch against the recorded facts: {len(scored) - len(changed)} / {len(scored)}")
        _show(changed)
    return bool(changed) or any(result.program.is_core for result in wrong)


def _compare_live(facade: Replayer, real: Replayer, numbers: range, of: Callable[[int], Program]) -> list[Result]:
    """Both on the generated programs of these numbers."""
    odd = []
    print(f"\nGenerated programs {numbers.start} to {numbers.stop - 1}", flush=True)
    for result in departures(facade, real, numbers, of):
        odd.append(result)
        _show([result])
    print(f"\nFacade against PyTorch on generated programs: {len(numbers) - len(odd)} / {len(numbers)}")
    return odd


def _show(wrong: Iterable[Result]) -> None:
    for result in wrong:
        print(f"\n{result.suite}: {result.program.name} {' '.join(result.program.needs)}")
        print("\n".join(f"    {line}" for line in result.differences[:4]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    own = sys.executable if find_spec("torch") else None
    parser.add_argument("--torch", metavar="PYTHON", default=own, help="a Python that has PyTorch, to compare live")
    parser.add_argument("--generated", type=int, default=300, metavar="N", help="generated programs to compare live")
    parser.add_argument("--from", type=int, default=0, metavar="N", dest="first", help="the first of their numbers")
    parser.add_argument("--courses", action="store_true", help="the programs as courses have them, not the others")
    parser.add_argument("--document", action="store_true", help="write their count into docs/conformance.md")
    parser.add_argument("--only-generated", action="store_true", help="leave the recorded facts out")
    parser.add_argument("--show", action="store_true", help="show each difference from the facts")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
