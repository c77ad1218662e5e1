"""`make conformance`: the facade's score over all recorded facts, and live against PyTorch where it is installed.

    python -m tests.oracle.conformance [--torch PYTHON] [--generated N] [--show]

Where this Python has PyTorch, or with `--torch` naming one that has, two things are compared live: PyTorch with the
recorded facts (has it changed its mind?), and the facade with PyTorch on generated programs that nobody wrote with
either in view.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec

from tests.oracle.compare import differences
from tests.oracle.generate import generated, mixes_dtypes
from tests.oracle.programs import SUITES
from tests.oracle.replay import Replayer
from tests.oracle.score import Result, results, table

AT_ONCE = 20
"""Generated programs that run one after another in one process."""


def main() -> int:
    """Exit status 1 if a core program, PyTorch itself or a generated program departs from what is expected."""
    options = _options()
    facade = Replayer()
    scored = [result for suite in SUITES for result in results(suite, facade)]
    print(table(scored))
    wrong = [result for result in scored if result.differences]
    _show(wrong if options.show else [])
    failed = any(result.program.is_core for result in wrong)
    if options.torch:
        real = Replayer(options.torch, path=())
        changed = [result for suite in SUITES for result in results(suite, real) if result.differences]
        print(f"\nPyTorch against the recorded facts: {len(scored) - len(changed)} / {len(scored)}")
        _show(changed)
        odd = list(_live(facade, real, options.generated))
        print(f"\nFacade against PyTorch on generated programs: {options.generated - len(odd)} / {options.generated}")
        _show(odd)
        real.close()
        failed = failed or bool(changed) or bool(odd)
    facade.close()
    return int(failed)


def _live(facade: Replayer, real: Replayer, count: int) -> Iterator[Result]:
    """Generated programs in which the two differ; those of which PyTorch itself dies do not count."""
    for start in range(0, count, AT_ONCE):
        programs = [generated(number) for number in range(start, min(start + AT_ONCE, count))]
        for program, expected, actual in zip(programs, real.run_all(programs), facade.run_all(programs), strict=True):
            if isinstance(expected, list):
                found = differences(expected, actual, leeway=100, least=1e-4 if mixes_dtypes(program) else 0)
                if found:
                    yield Result("generated", program, found)


def _show(wrong: Iterable[Result]) -> None:
    for result in wrong:
        print(f"\n{result.suite}: {result.program.name} {' '.join(result.program.needs)}")
        print("\n".join(f"    {line}" for line in result.differences[:4]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    own = sys.executable if find_spec("torch") else None
    parser.add_argument("--torch", metavar="PYTHON", default=own, help="a Python that has PyTorch, to compare live")
    parser.add_argument("--generated", type=int, default=300, metavar="N", help="generated programs to compare live")
    parser.add_argument("--show", action="store_true", help="show each difference from the facts")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
