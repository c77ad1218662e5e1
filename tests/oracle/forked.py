"""Runs a function in a forked child and brings back its result as JSON: no program can see the one before it."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

SECONDS = 120
"""What a child may take of a processor; a few programs together take one."""
PATIENCE = 5
"""How many times that may pass on the clock, on a machine that has much else to do."""


def isolated(function: Callable[[], Any]) -> Any:
    """The function's result, or `{"died": why}` if the child did not live to tell it."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _tell(function, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if not answer:
        return {"died": f"wait status {status}"}
    return json.loads(answer)


def _tell(function: Callable[[], Any], writing: int) -> None:
    """The child's whole life."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.alarm(SECONDS * PATIENCE)
    try:
        result = function()
    except BaseException:
        result = {"died": traceback.format_exc()}
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(json.dumps(result).encode())
    os._exit(0)
