"""Runs programs under whichever `torch` is on the path: one a line on stdin as JSON, a record a line on stdout.

`Replayer` is the other side: it starts this module in a process of its own with Gradwalk's facade on the path, so that
nothing in the tests' process ever imports torch, and every program still starts from the same state.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from tests.oracle.forked import isolated
from tests.oracle.harness import import_torch, observe
from tests.oracle.programs import Program

ROOT = Path(__file__).resolve().parents[2]
FACADE = (ROOT / "backend" / "gradwalk" / "facade", ROOT / "backend")


class Replayer:
    """A process that runs programs on demand."""

    def __init__(self, python: str = sys.executable, path: tuple[Path, ...] = FACADE) -> None:
        """`path` goes before everything else: by default it makes `import torch` mean the facade."""
        places = os.pathsep.join(str(place) for place in (*path, ROOT))
        self._process = subprocess.Popen(
            [python, "-m", "tests.oracle.replay"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": places},
            cwd=ROOT,
            text=True,
        )

    def run(self, program: Program) -> Any:
        """The program's record: a list of cells, or a dict that says why there is none."""
        return self._answer(json.dumps(asdict(program)))

    def _answer(self, line: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the replaying process ended with status {self._process.wait()}")
        return json.loads(answer)

    def run_all(self, programs: Sequence[Program]) -> list[Any] | None:
        """The records of programs that run one after another in one process, which is quicker; None if one ends it."""
        records = self._answer(json.dumps([asdict(program) for program in programs]))
        return records if isinstance(records, list) else None

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def practise() -> None:
    """Fills what the engine keeps for the next time, as before any snippet: else it is made anew in every child."""
    from gradwalk.engine.compiled import number_anew
    from gradwalk.runner.rehearsal import PRACTICE

    observe(Program("practice", (PRACTICE,)))
    number_anew()


def main() -> None:
    # Answers go where nothing else goes: PyTorch writes some of its words past Python to standard output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import_torch()
    if "gradwalk.engine" in sys.modules:  # PyTorch's own threads do not outlive a fork
        practise()
    for line in sys.stdin:
        given = json.loads(line)
        work = partial(_observe_all, given) if isinstance(given, list) else partial(observe, Program(**given))
        print(json.dumps(isolated(work)), file=answers, flush=True)


def _observe_all(programs: list[dict[str, Any]]) -> list[Any]:
    return [observe(Program(**program)) for program in programs]


if __name__ == "__main__":
    main()
