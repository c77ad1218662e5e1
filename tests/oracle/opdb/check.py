"""Makes the calls of recorded cases under Gradwalk's facade, in forked children, and says where they differ.

    python -m tests.oracle.opdb.check FACTS [--op NAME ...] [--area AREA] [--tier N] [--failures [N]] [--also]

FACTS is the directory that `tests.oracle.opdb.sample` wrote. Names may have wildcards.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.oracle.opdb.agreement import differences
from tests.oracle.opdb.facts import read
from tests.oracle.opdb.observe import import_torch, observe
from tests.oracle.opdb.portable import written
from tests.oracle.opdb.table import Verdict, by_area, by_op
from tests.oracle.replay import FACADE

SECONDS = 10
"""What one case may take; almost all take milliseconds."""


def verdicts(torch: Any, cases: list[dict[str, Any]]) -> Iterator[Verdict]:
    """Each case's verdict; a child that dies costs the case it was at, and another goes on after it."""
    start = 0
    while start < len(cases):
        answers = list(_child(torch, cases[start:]))
        if len(answers) < len(cases) - start:
            answers.append(["died: crashed or took too long"])
        for case, lines in zip(cases[start : start + len(answers)], answers, strict=True):
            yield _verdict(case, lines)
        start += len(answers)


def _verdict(case: dict[str, Any], lines: list[str]) -> Verdict:
    keys = ("op", "tier", "area", "form", "dtype", "sample")
    own = {key: case[key] for key in keys}
    return Verdict(is_error="error" in case["facts"], lines=tuple(lines), call=written(case), **own)


def _child(torch: Any, cases: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The differences of as many cases as a forked child lives to compare."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _compare(torch, cases, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        for line in pipe:
            yield json.loads(line)
    os.waitpid(child, 0)


def _compare(torch: Any, cases: list[dict[str, Any]], writing: int) -> None:
    """The child's whole life."""
    with os.fdopen(writing, "w", encoding="utf-8") as pipe, open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        for case in cases:
            signal.alarm(SECONDS)
            try:
                lines = differences(case, observe(torch, case))
            except Exception as error:
                lines = [f"harness: {type(error).__name__}: {error}"]
            pipe.write(json.dumps(lines) + "\n")
            pipe.flush()
    os._exit(0)


def main() -> int:
    options = _options()
    sys.path[:0] = [str(place) for place in FACADE]
    torch = import_torch()
    found: list[Verdict] = []
    paths = sorted(options.facts.glob("*.jsonl.gz"))
    named = [path for path in paths if options.op and _named(path.name.removesuffix(".jsonl.gz"), options.op)]
    for path in named or paths:
        found += verdicts(torch, [case for case in read(path) if _asked(case, options)])
    if options.json:
        options.json.write_text(json.dumps([asdict(verdict) for verdict in found]), encoding="utf-8")
    print(by_area(found))
    if options.ops or options.op:
        print("\n" + by_op(found, everything=bool(options.op)))
    if options.failures or options.also:
        _show(found, options)
    return int(not all(verdict.agrees for verdict in found))


def _named(op: str, names: list[str]) -> bool:
    return any(fnmatch.fnmatch(op, name) or op.startswith(name + ".") for name in names)


def _asked(case: dict[str, Any], options: argparse.Namespace) -> bool:
    return (
        (not options.op or _named(case["op"], options.op))
        and options.tier in (None, case["tier"])
        and options.area in (None, case["area"])
        and options.form in (None, case["form"])
    )


def _show(found: list[Verdict], options: argparse.Namespace) -> None:
    """The first differing facts of the cases that fail, so many of each operator."""
    shown: Counter[str] = Counter()
    for verdict in found:
        lines = [line for line in verdict.lines if options.also or not line.startswith("also")]
        if lines and shown[verdict.op] < (options.failures or 5):
            shown[verdict.op] += 1
            print(f"\n{verdict.name}: {verdict.call}\n" + "\n".join(f"    {line}" for line in lines[:3]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("facts", type=Path)
    parser.add_argument("--op", nargs="+", metavar="NAME", help="operators, as the files are called; wildcards work")
    parser.add_argument("--area", help="only this area")
    parser.add_argument("--tier", type=int, help="only this tier")
    parser.add_argument("--form", help="only this form: function, method, 'in place', error, ...")
    parser.add_argument("--ops", action="store_true", help="count each operator that does not agree wholly")
    parser.add_argument(
        "--failures", type=int, nargs="?", const=5, metavar="N", help="show N failures of each operator"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every verdict to a file")
    parser.add_argument("--also", action="store_true", help="show differing strides, saved tensors and warnings too")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
