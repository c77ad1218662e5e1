"""Plays lessons under whichever `torch` is on the path: a lesson a line on stdin, a list of records a line on stdout.

Each lesson has a child process of its own, in an empty folder, without a network, and with limits on time and memory.
`Player` is the other side. A module that is not installed is missing where it is used, not where it is imported, under
either PyTorch, so that a page that imports much tells more than one thing.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict
from types import ModuleType
from typing import Any

import numpy as np

from tests.oracle import harness
from tests.oracle.replay import FACADE, ROOT
from tests.oracle.thirdparty.lesson import Lesson, without_commands
from tests.oracle.thirdparty.modules import importer
from tests.oracle.thirdparty.portrait import portraits

MEMORY = 6 * 2**30


class TooLong(BaseException):
    """A cell took more time than it may."""


class Player:
    """A process that plays lessons on demand."""

    def __init__(self, python: str, seconds: int, *, facade: bool = False, environment: dict[str, str] | None = None):
        """`seconds` of processor time for a cell, and a few times as much for a lesson by the clock."""
        places = [*(FACADE if facade else FACADE[1:]), ROOT]
        path = {"PYTHONPATH": os.pathsep.join(map(str, places)), "PYTHONHASHSEED": "0", "CUDA_VISIBLE_DEVICES": ""}
        self._process = subprocess.Popen(
            [python, "-m", "tests.oracle.thirdparty.player", str(seconds), "facade" if facade else "torch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | path | (environment or {}),
            cwd=ROOT,
            text=True,
        )

    def play(self, lesson: Lesson) -> list[dict[str, Any]]:
        """A record for each cell that was begun."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(lesson)) + "\n")
        self._process.stdin.flush()
        return list(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def played(lesson: Lesson, seconds: int, *, of_facade: bool) -> Iterator[dict[str, Any]]:
    """The record of each cell; unlike a kernel told to run all, what is left goes on after an error."""
    torch = importlib.import_module("torch")
    main = sys.modules["__main__"] = ModuleType("__main__")  # where pickle looks for what the lesson defines
    namespace: dict[str, Any] = vars(main)
    namespace["torch"] = torch
    if lesson.whole:
        namespace |= {"nn": torch.nn, "F": torch.nn.functional, "np": np}
    with harness._files():  # which has an open of its own
        namespace["__builtins__"] = vars(__builtins__) | {"__import__": importer(of_facade=of_facade)}
    signal.signal(signal.SIGPROF, _stop)
    for number, source in enumerate(lesson.cells):
        torch.manual_seed(number)
        random.seed(number)
        np.random.seed(number)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            record = harness._run(without_commands(source), f"<cell {number}>", namespace, None)
        except TooLong:
            record = {"died": "too long"}
        except (SystemExit, KeyboardInterrupt) as error:
            record = {"error": f"{type(error).__name__}: {error}"}
        signal.setitimer(signal.ITIMER_PROF, 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield record | {"values": portraits(torch, namespace, source)}


def _stop(*_: object) -> None:
    raise TooLong


def _in_child(lesson: Lesson, seconds: int, of_facade: bool) -> list[Any]:
    """Play the lesson in a fork, and keep what it told until it ended or had to be ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(lesson, seconds, of_facade, writing)
    os.close(writing)
    told = _heard(reading, until=time.monotonic() + 5 * seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    records = [json.loads(line) for line in told.decode().split("\n")[:-1]]
    missing = len(lesson.cells) - len(records)
    return records + [{"died": "with its process"}] * missing


def _heard(reading: int, until: float) -> bytes:
    told = b""
    while (left := until - time.monotonic()) > 0 and select.select([reading], [], [], left)[0]:
        part = os.read(reading, 1 << 16)
        if not part:
            break
        told += part
    os.close(reading)
    return told


def _live(lesson: Lesson, seconds: int, of_facade: bool, writing: int) -> None:
    """The child's whole life."""
    with contextlib.suppress(OSError, AttributeError), tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**26, 2**26))
        socket.socket.connect = _offline  # type: ignore[method-assign]
        socket.getaddrinfo = _offline  # type: ignore[assignment]
        sys.argv = ["lesson.py"]
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # the child never closes it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            for record in played(lesson, seconds, of_facade=of_facade):
                os.write(writing, json.dumps(record).encode() + b"\n")
        except BaseException:
            os.chdir("/")
    os._exit(0)


def _offline(*_: object, **__: object) -> None:
    raise OSError("there is no network here")


def main() -> None:
    seconds, which = int(sys.argv[1]), sys.argv[2]
    harness.import_torch()
    if which == "torch":
        importlib.import_module("torch._dynamo")  # which the first optimizer loads, for seconds of its lesson's time
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        fields = json.loads(line)
        lesson = Lesson(**fields | {"cells": tuple(fields["cells"])})
        print(json.dumps(_in_child(lesson, seconds, which == "facade")), file=answers, flush=True)


if __name__ == "__main__":
    main()
