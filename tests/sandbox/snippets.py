"""A stand-in for the runner that does to the sandbox whatever the first cell says."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

Emit = Callable[[dict[str, Any]], None]
MODULES = ("ctypes", "mmap", "multiprocessing.popen_fork", "pty", "resource", "socket", "subprocess", "threading")


def entry(cells: list[dict[str, Any]], options: dict[str, Any], emit: Emit, limits: object) -> None:
    """Run the first cell as plain Python that may call ``emit``, with the second cell's text at hand."""
    emit({"events": [{"kind": "cell_begin", "cell": 0}]})
    exec(cells[0]["source"], {"emit": emit, "cells": cells, "options": options, "os": os, "sys": sys, "time": time})
    emit({"events": [{"kind": "cell_end", "cell": 0, "status": "done"}], "outcome": {"status": "ok"}})


def with_soft_limits(cells: list[dict[str, Any]], options: dict[str, Any], emit: Emit, limits: object) -> None:
    """As ``entry``, but the soft limits end the run from inside, if ``catch_soft_limits`` has been called before."""
    try:
        entry(cells, options, emit, limits)
    except KeyboardInterrupt as limit:
        emit({"outcome": {"status": {"SIGXCPU": "cpu", "SIGALRM": "timeout"}[str(limit)], "message": "soft"}})


def preload() -> None:
    """Load what a hostile snippet would like to have at hand."""
    for name in MODULES:
        importlib.import_module(name)


def catch_soft_limits() -> None:
    """The same, and let the soft limits be heard."""
    preload()

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    signal.signal(signal.SIGXCPU, stop)
    signal.signal(signal.SIGALRM, stop)
