"""Plays third-party snippets under PyTorch and under Gradwalk, and prints how many agree and why the others do not.

    python -m tests.oracle.thirdparty --torch PYTHON [--kept FOLDER] [--causes N] [--only WORD] [NAME=FOLDER ...]

Without folders only the docstrings of the PyTorch that PYTHON has are played. `--kept` keeps PyTorch's answers between
runs: they do not change while Gradwalk does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle.replay import ROOT
from tests.oracle.thirdparty import readers
from tests.oracle.thirdparty.judge import Verdict, difference, excuse, verdicts
from tests.oracle.thirdparty.lesson import Lesson
from tests.oracle.thirdparty.player import Player
from tests.oracle.thirdparty.report import causes, table

SECONDS = 5
SLOWER = 4
"""What Gradwalk may take beyond PyTorch's time: the measure is of answers, not of speed."""


def main() -> None:
    options = _options()
    lessons = [lesson for lesson in _lessons(options) if options.only in f"{lesson.corpus} {lesson.name}"]
    found = [verdict for lesson in _played(lessons, options) for verdict in lesson]
    print(table(found))
    print()
    print(causes(found, options.causes))


def _lessons(options: argparse.Namespace) -> Iterator[Lesson]:
    command = [options.torch, "-m", "tests.oracle.thirdparty.docstrings"]
    said = "" if options.no_docstrings else subprocess.check_output(command, cwd=ROOT, text=True)
    for line in said.splitlines():
        fields = json.loads(line)
        yield Lesson(**fields | {"cells": tuple(fields["cells"])})
    for named in options.folders:
        name, _, folder = named.rpartition("=")
        yield from readers.lessons(name or Path(folder).name, Path(folder))


def _played(lessons: list[Lesson], options: argparse.Namespace) -> Iterator[list[Verdict]]:
    real = _Kept(Player(options.torch, SECONDS), options.kept, "first")
    # Other bytes in fresh memory: what a lesson reads there before it writes is nobody's to agree with.
    again = _Kept(Player(options.torch, SECONDS, environment={"MALLOC_PERTURB_": "165"}), options.kept, "again")
    facade = Player(sys.executable, SECONDS * SLOWER, facade=True)
    for number, lesson in enumerate(lessons):
        expected = real.play(lesson)
        if all(excuse(source, record) for source, record in zip(lesson.cells, expected, strict=True)):
            actual = expected
        else:
            actual = facade.play(lesson)
        odd = any(
            not excuse(*pair[:2]) and difference(*pair[1:]) for pair in zip(lesson.cells, expected, actual, strict=True)
        )
        found = verdicts(lesson, expected, again.play(lesson) if odd else [], actual)
        for verdict in found:
            if verdict.outcome == "differs":
                place = f"{number}/{len(lessons)} {lesson.name} [{verdict.number}]"
                print(place, verdict.why, file=sys.stderr, flush=True)
        yield found
    for player in (real, again, facade):
        player.close()


class _Kept:
    """A player whose answers are kept in files."""

    def __init__(self, player: Player, folder: Path | None, time: str) -> None:
        self._player = player
        self._folder = folder
        self._time = time
        self.close = player.close

    def play(self, lesson: Lesson) -> list[dict[str, Any]]:
        if not self._folder:
            return self._player.play(lesson)
        text = json.dumps([lesson.cells, lesson.whole, self._time])
        file = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
        if file.exists():
            return list(json.loads(file.read_text(encoding="utf-8")))
        records = self._player.play(lesson)
        self._folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(records), encoding="utf-8")
        return records


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folders", nargs="*", metavar="NAME=FOLDER", help="pages of a course, and what to call it")
    parser.add_argument("--torch", metavar="PYTHON", required=True, help="a Python that has PyTorch")
    parser.add_argument("--kept", type=Path, metavar="FOLDER", help="where PyTorch's answers are kept between runs")
    parser.add_argument("--causes", type=int, default=40, metavar="N", help="how many causes to list")
    parser.add_argument("--no-docstrings", action="store_true", help="only the folders")
    parser.add_argument("--only", default="", metavar="WORD", help="only lessons with this in corpus or name")
    return parser.parse_args()


if __name__ == "__main__":
    main()
