"""Runs libraries' own tests under PyTorch and under Gradwalk: what passes there counts, and agrees if it passes here.

    python -m tests.oracle.thirdparty.suites --torch PYTHON [--with FOLDER] [--kept FOLDER] NAME=FOLDER[:TESTS] ...

`TESTS` are the files or folders of tests below the library's folder (`tests` unless said), with commas between. Both
sides run in the Python that has PyTorch, with the packages that are there and in the folders that `--with` names, and
compile nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle.replay import FACADE
from tests.oracle.thirdparty.judge import NEEDS, Verdict
from tests.oracle.thirdparty.lesson import Lesson
from tests.oracle.thirdparty.report import causes, table

HERE = Path(__file__).parent
"""Where the plugin is, at the end of the path: a library has a `tests` of its own."""
SECONDS = 5
SLOWER = 4
SUITE_SECONDS = 900
"""By the clock, for all of a suite's tests under either."""

UNREACHED = {"outcome": "failed", "why": "not reached: its process ended, or took too long"}

BEYOND = (
    *NEEDS[:5],
    ("private names", r"attribute '_C'"),
    ("TorchScript or a compiler", r"torch\.(?:jit|compile|export|fx|_dynamo|onnx)|make_fx|symbolic_trace|(?<!\w)jit\."),
)
"""What the measure leaves out, told by the text of the test or by what it fails with here."""


def main() -> None:
    options = _options()
    found: list[Verdict] = []
    for named in options.suites:
        name, _, place = named.partition("=")
        folder, _, tests = place.partition(":")
        for verdict in _compared(name, Path(folder).resolve(), (tests or "tests").split(","), options):
            found.append(verdict)
            if verdict.outcome == "differs":
                print(verdict.lesson.corpus, verdict.lesson.name, verdict.why[:300], file=sys.stderr, flush=True)
    print(table(found))
    print()
    print(causes(found, options.causes))


def _compared(name: str, folder: Path, tests: list[str], options: argparse.Namespace) -> Iterator[Verdict]:
    expected = _told(folder, tests, options, facade=False, only=None)
    passing = [test for test, told in expected.items() if told["outcome"] == "passed"]
    actual = _told(folder, tests, options, facade=True, only=passing) if passing else {}
    for test, told in expected.items():
        if told["outcome"] == "unread":
            continue
        lesson = Lesson(name, test, (told["source"],), whole=True)
        if test not in passing:
            yield Verdict(lesson, 0, "out", "does not pass with PyTorch")
            continue
        here = actual.get(test) or actual.get(test.partition("::")[0], UNREACHED)
        why = "" if here["outcome"] == "passed" else here["why"] or here["outcome"]
        beyond = next((reason for reason, pattern in BEYOND if why and re.search(pattern, told["source"] + why)), "")
        yield Verdict(lesson, 0, "out" if beyond else "differs" if why else "agrees", beyond or why)


def _told(
    folder: Path, tests: list[str], options: argparse.Namespace, *, facade: bool, only: list[str] | None
) -> dict[str, dict[str, Any]]:
    """What became of each of the file's tests."""
    asked = json.dumps([str(folder), tests, options.most])
    kept = options.kept / f"{hashlib.sha256(asked.encode()).hexdigest()[:24]}.jsonl" if options.kept else None
    if kept and not facade and kept.exists():
        return _read(kept)
    with tempfile.TemporaryDirectory() as place:
        told, wanted = Path(place) / "told", Path(place) / "wanted"
        told.touch()
        path = [*(FACADE if facade else ()), folder, folder / "src", *options.beside, HERE]
        environment = {
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTORCH_JIT": "0",
            "OMP_NUM_THREADS": "1",
            "SUITE_TOLD": str(told),
            "SUITE_MOST": str(options.most),
            "SUITE_SECONDS": str(SECONDS * SLOWER if facade else SECONDS),
        }
        if only is not None:
            wanted.write_text("\n".join(only), encoding="utf-8")
            environment["SUITE_ONLY"] = str(wanted)
        flags = [
            "-q",
            "--continue-on-collection-errors",
            "-p",
            "suite",
            "-p",
            "no:cacheprovider",
        ]
        flags += ["-o", "python_files=test*.py *_test.py", "-c", os.devnull, "--rootdir", str(folder)]
        try:
            ended = subprocess.run(
                [options.torch, "-W", "ignore", "-m", "pytest", *flags, *tests],
                env=os.environ | environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SUITE_SECONDS,
            )
            if ended.returncode not in (0, 1, 5):
                said = (ended.stdout + ended.stderr)[-1500:]
                print("facade" if facade else "torch", folder, said, file=sys.stderr, flush=True)
        except subprocess.TimeoutExpired:
            print("facade" if facade else "torch", folder, "took too long", file=sys.stderr, flush=True)
        if kept and not facade:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(told.read_bytes())
        return _read(told)


def _read(told: Path) -> dict[str, dict[str, Any]]:
    """Of each test the worst that was told of it."""
    found: dict[str, dict[str, Any]] = {}
    for line in told.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        if found.get(one["test"], one)["outcome"] in ("passed", one["outcome"]):
            found[one["test"]] = one
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("suites", nargs="+", metavar="NAME=FOLDER[:TESTS]", help="a library and where its tests are")
    parser.add_argument("--torch", metavar="PYTHON", required=True, help="a Python that has PyTorch and pytest")
    parser.add_argument(
        "--with", dest="beside", type=Path, action="append", default=[], metavar="FOLDER", help="packages"
    )
    parser.add_argument("--kept", type=Path, metavar="FOLDER", help="where PyTorch's answers are kept between runs")
    parser.add_argument(
        "--most", type=int, default=8, metavar="N", help="tests of one function, a fortieth of a suite's"
    )
    parser.add_argument("--causes", type=int, default=40, metavar="N", help="how many causes to list")
    return parser.parse_args()


if __name__ == "__main__":
    main()
