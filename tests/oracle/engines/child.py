"""Traces programs on one engine: one a line on stdin as JSON, a trace a line on stdout; each in a fork of its own.

`python -m tests.oracle.engines.child gradwalk` needs what Gradwalk needs, `... torch` PyTorch too. Neither loads the
server's side: a trace here is the lists that the recorder sent.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.oracle.engines.aspects import MOST
from tests.oracle.forked import isolated
from tests.oracle.programs import Program

ROOT = Path(__file__).resolve().parents[3]
PRELUDE = "import torch\nfrom torch import nn\nimport torch.nn.functional as F"
"""What the oracle's programs take for granted."""

_REHEARSAL = "import torch\ntorch.nn.Linear(1, 1)(torch.ones(1)).sum().backward()"


def trace(engine: str, cells: list[str], seed: int) -> dict[str, Any]:
    """What an engine's recorder sends of a run, put together."""
    import orjson

    run = importlib.import_module("gradwalk.runner.run" if engine == "gradwalk" else "gradwalk.pytorch.run").run
    found: dict[str, Any] = {"outputs": []}

    def emit(frame: dict[str, Any]) -> int:
        sent = orjson.loads(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY))
        for name, items in sent.items():
            if isinstance(items, list):
                found.setdefault(name, []).extend(items)
            else:
                found[name] = items
        return 0

    options = {"seed": seed, "max_elements": MOST, "overrides": []}
    run([{"source": cell, "execution_count": None} for cell in cells], options, emit)
    return found


def cells_of(program: Program, suite: str) -> list[str]:
    """The program's cells; what the oracle's harness imports for it comes first."""
    return list(program.cells) if suite in ("lesson", "gallery") else [PRELUDE, *program.cells]


class Engine:
    """A process that traces programs on demand. ``python``: one that has PyTorch, for the engine ``torch``."""

    def __init__(self, engine: str, python: str = sys.executable) -> None:
        # What it has of its own comes first: its PyTorch goes with its numpy.
        places = [str(ROOT / "backend"), str(ROOT)]
        start = f"import sys; sys.path[:0] = {places!r}; sys.path += {sys.path[1:]!r}; "
        start += f"from tests.oracle.engines.child import main; main({engine!r})"
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [python, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True, env=environment
        )

    def trace(self, cells: list[str], seed: int = 0) -> dict[str, Any]:
        """The trace of a program; ``{"died": why}`` if there is none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([cells, seed]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the tracing process ended with status {self._process.wait()}")
        found: dict[str, Any] = json.loads(answer)
        return found

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def main(engine: str) -> None:
    """Answer until there are no more requests."""
    if engine == "gradwalk":
        importlib.import_module("gradwalk.runner.imports").preload()
    else:
        importlib.import_module("torch").set_num_threads(1)
        trace("torch", [_REHEARSAL], 0)  # PyTorch loads much when it is listened to for the first time
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a program writes past Python's streams is no answer
    for line in sys.stdin:
        cells, seed = json.loads(line)
        answers.write(json.dumps(isolated(partial(trace, engine, cells, seed))) + "\n")
        answers.flush()
