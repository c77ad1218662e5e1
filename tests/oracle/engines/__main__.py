"""`make torch-check`: how many programs leave the same trace on both engines, and what the others differ in.

python -m tests.oracle.engines --torch PYTHON [--suite NAME ...] [--only NAME] [--show]
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.oracle.engines.aspects import ASPECTS
from tests.oracle.engines.child import Engine, cells_of
from tests.oracle.engines.compare import differences
from tests.oracle.programs import SUITES, suite

CAUSES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("differing.toml").read_text(encoding="utf-8")
)
MUST_BE_EQUAL = ("lesson", "gallery")
"""The suites that may differ in nothing."""


def main() -> int:
    """Exit status 1 if a lesson differs."""
    options = _options()
    causes: Counter[str] = Counter()
    failed = False
    ours, theirs = Engine("gradwalk"), Engine("torch", options.torch)
    rows = []
    for name in options.suite or SUITES:
        counts: Counter[str] = Counter()
        for key, program in suite(name).items():
            if options.only and options.only not in key:
                continue
            cells = cells_of(program, name)
            found = differences(ours.trace(cells, program.seed), theirs.trace(cells, program.seed))
            counts["all"] += 1
            counts["equal"] += not found
            counts.update(aspect for aspect in ASPECTS if aspect not in found)
            if found:
                causes[cause_of(found)] += 1
                failed |= name in MUST_BE_EQUAL
            if options.show and found:
                print(f"\n{name}: {key}")
                print("\n".join(f"  {aspect:9} {first}" for aspect, first in found.items()))
        rows.append((name, counts))
        print(_row(name, counts), flush=True)
    total: Counter[str] = Counter()
    for _, counts in rows:
        total.update(counts)
    print(f"{'':14} {'equal':>11} " + " ".join(f"{aspect:>8}" for aspect in ASPECTS))
    print(_row("all", total))
    for cause, count in causes.most_common():
        print(f"{count:>5}  {CAUSES.get(cause, {}).get('why', 'for a reason that nobody has looked into')}")
    return int(failed)


def cause_of(found: Mapping[str, str]) -> str:
    """Which of the known causes explains the differences of a program; empty if none does."""
    for cause, known in CAUSES.items():
        if any(re.search(known["words"], first) for first in found.values()):
            return cause
    return ""


def _row(name: str, counts: Counter[str]) -> str:
    equal = f"{counts['equal']:>5} /{counts['all']:>4}"
    return f"{name:14} {equal} " + " ".join(f"{counts[aspect]:>8}" for aspect in ASPECTS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--torch", metavar="PYTHON", required=True, help="a Python that has PyTorch")
    parser.add_argument("--suite", action="append", help="one of the oracle's suites; may be repeated")
    parser.add_argument("--only", metavar="TEXT", help="only programs with this in their names")
    parser.add_argument("--show", action="store_true", help="show the first difference of each aspect")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
