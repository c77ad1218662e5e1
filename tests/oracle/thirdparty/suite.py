"""A plugin of pytest's: a line of JSON for each test, what became of it, into the file that `SUITE_TOLD` names.

A test is seeded by its own name and may take `SUITE_SECONDS` of processor time, and its fixtures as much. `SUITE_ONLY`
names a file with the tests to run, a line each; without it at most `SUITE_MOST` of a function's parameters are taken,
evenly spread, and forty times as many of the tests of all files. A file that does not say torch has none.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import random
import signal
import zlib
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest


class TooLong(BaseException):
    """A test took more time than it may."""


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Leave out what is not to run."""
    only = os.environ.get("SUITE_ONLY")
    if only:
        wanted = set(Path(only).read_text(encoding="utf-8").splitlines())
        items[:] = [item for item in items if item.nodeid in wanted]
        return
    most = int(os.environ["SUITE_MOST"])
    items[:] = [item for item in items if "torch" in item.path.read_text(encoding="utf-8")]
    functions: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        functions[item.nodeid.partition("[")[0]].append(item)
    items[:] = _spread([item for group in functions.values() for item in _spread(group, most)], 40 * most)


def _spread(items: list[Any], most: int) -> list[Any]:
    count = min(most, len(items))
    return [items[k * len(items) // count] for k in range(count)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: Any) -> Generator[None, Any, Any]:
    seed = zlib.crc32(item.name.encode())
    importlib.import_module("torch").manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    with _limited():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Generator[None, Any, Any]:
    with _limited():
        return (yield)


@contextlib.contextmanager
def _limited() -> Generator[None, None, None]:
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, float(os.environ["SUITE_SECONDS"]))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, Any]:
    report: Any = yield
    if report.when == "call" or report.outcome != "passed":
        why = "" if call.excinfo is None else f"{call.excinfo.typename}: {call.excinfo.value}"
        _tell(item, report.outcome, why[:2000])
    return report


def pytest_collectreport(report: Any) -> None:
    """Tell why a file, or what it stands in, could not be imported."""
    if report.failed:
        said = [line.removeprefix("E").strip() for line in str(report.longrepr).splitlines() if line.startswith("E ")]
        _write({"test": report.nodeid, "outcome": "unread", "why": "\n".join(said), "source": ""})


def _tell(item: Any, outcome: str, why: str) -> None:
    try:
        source = inspect.getsource(item.function)
    except (OSError, TypeError, AttributeError):
        source = ""
    _write({"test": item.nodeid, "outcome": outcome, "why": why, "source": source})


def _write(line: dict[str, str]) -> None:
    with open(os.environ["SUITE_TOLD"], "a", encoding="utf-8") as told:
        told.write(json.dumps(line) + "\n")


def _stop(*_: object) -> None:
    raise TooLong
