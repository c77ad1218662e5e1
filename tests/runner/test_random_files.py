"""Programs at random of what is done with files: each step does in a run's memory what it does on a disk."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradwalk.engine import kept
from gradwalk.runner.doors import files_of_run
from gradwalk.runner.run import run

PATHS = (
    "a", "b", "c", "d/", "a/b", "a/c", "d/e", "d/../a", "./b", "..", ".", "", "d/e/f", "a/b/", "no/x", "a//b",
    "d/e/../..",
)  # fmt: skip
WITHIN = frozenset(("a", "b", "c", "d/", "a/b", "a/c", "d/e"))
"""What may be taken away with all that is in it, or gone into: nothing above where a program began."""
MODES = ("r", "w", "a", "r+", "w+", "a+", "x", "rb", "wb", "ab", "rb+", "wb+", "ab+", "xb")
ON_FILES: dict[str, Callable[[Any, Any, int], Any]] = {
    "read": lambda file, data, n: file.read(n), "write": lambda file, data, n: file.write(data(n)),
    "seek": lambda file, data, n: file.seek(n), "end": lambda file, data, n: file.seek(0, 2),
    "back": lambda file, data, n: file.seek(-n, 1), "tell": lambda file, data, n: file.tell(),
    "cut": lambda file, data, n: file.truncate(), "cut to": lambda file, data, n: file.truncate(n),
    "line": lambda file, data, n: file.readline(), "lines": lambda file, data, n: list(file),
    "flush": lambda file, data, n: file.flush(),
}  # fmt: skip


def within(path: str, do: Callable[[str], Any]) -> None:
    if path in WITHIN:
        do(path)


ON_PATHS: dict[str, Callable[[str, str, int], Any]] = {
    "mkdir": lambda a, b, n: os.mkdir(a), "rmdir": lambda a, b, n: os.rmdir(a), "remove": lambda a, b, n: os.remove(a),
    "rename": lambda a, b, n: os.rename(a, b), "replace": lambda a, b, n: os.replace(a, b),
    "listdir": lambda a, b, n: sorted(os.listdir(a)), "copy": lambda a, b, n: shutil.copy(a, b),
    "move": lambda a, b, n: shutil.move(a, b), "touch": lambda a, b, n: Path(a).touch(exist_ok=n % 2 == 0),
    "exists": lambda a, b, n: (os.path.exists(a), os.path.isdir(a), os.path.isfile(a)),
    "size": lambda a, b, n: os.path.isfile(a) and (os.path.getsize(a), os.stat(a).st_nlink, oct(os.stat(a).st_mode)),
    "makedirs": lambda a, b, n: os.makedirs(a, exist_ok=n % 2 == 0),
    "iterdir": lambda a, b, n: a != ".." and sorted(map(str, Path(a).iterdir())),
    "walk": lambda a, b, n: a in WITHIN and [(at, sorted(d), sorted(f)) for at, d, f in sorted(os.walk(a))],
    "rmtree": lambda a, b, n: within(a, shutil.rmtree), "chdir": lambda a, b, n: within(a, os.chdir),
    "removedirs": lambda a, b, n: within(a, os.removedirs),
}  # fmt: skip


def program(seed: int) -> list[tuple[Any, ...]]:
    chance = random.Random(seed)
    steps: list[tuple[Any, ...]] = []
    for _ in range(60):
        path, to, number = chance.choice(PATHS), chance.choice(PATHS), chance.randrange(30)
        if chance.random() < 0.3:
            calls = [(chance.choice([*ON_FILES]), chance.randrange(30)) for _ in range(chance.randrange(6))]
            steps.append(("open", path, chance.choice(MODES), chance.choice((-1, 0, 2, 4096)), calls))
        else:
            steps.append((chance.choice([*ON_PATHS]), path, to, number))
    return steps


def done(step: tuple[Any, ...]) -> Any:
    """What a step gives or raises."""
    try:
        if step[0] != "open":
            return ON_PATHS[step[0]](*step[1:])
        _, path, mode, buffering, calls = step
        with open(path, mode, -1 if buffering == 0 and "b" not in mode else buffering) as file:
            return [of_open(file, call, "b" in mode) for call in calls]
    except Exception as error:
        return type(error).__name__, getattr(error, "errno", None), str(error)


def of_open(file: Any, call: tuple[str, int], is_binary: bool) -> Any:
    def data(count: int) -> str | bytes:
        text = ("x\ny" * count)[:count]
        return text.encode() if is_binary else text

    try:
        return ON_FILES[call[0]](file, data, call[1])
    except Exception as error:
        return type(error).__name__, getattr(error, "errno", None), str(error)


@pytest.mark.parametrize("seed", range(40))
def test_files_are_used_at_random_as_on_a_disk(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = program(seed)
    mask = os.umask(0o022)
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    expected = [done(step) for step in steps]
    monkeypatch.chdir(tmp_path)
    os.umask(mask)
    with kept.run_with(10**7, 10**4), files_of_run():
        os.mkdir("in")
        os.chdir("in")
        actual = [done(step) for step in steps]
    pairs = zip(steps, expected, actual, strict=True)
    assert [(step, *both) for step, *both in pairs if both[0] != both[1]] == []


def test_a_run_that_is_over_has_no_files() -> None:
    run([{"source": "open('here', 'w').close()", "execution_count": 1}], {"max_elements": 9}, lambda frame: 0)
    assert kept.of_run() is None
