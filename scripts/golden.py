"""Writes tests/golden/*.json: two recorded traces, and of the lesson's the frames that Python's reader gives.

    .venv/bin/python scripts/golden.py path/to/autograd.ipynb

The small trace's frames are not written here: they were worked out by hand (tests/golden/small.frames.json). The
lesson's are there so that the two readers, Python's and TypeScript's, are held against each other on a run with
everything in it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from gradwalk.runner.run import run
from gradwalk.trace.assemble import Assembler
from gradwalk.trace.frame import frame_at
from gradwalk.trace.schema import Cell, Options, Outcome, Trace

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"
SMALL = """\
import torch
x = torch.tensor([1., 2.], requires_grad=True)
y = (x * x).sum()
y.backward()
x.grad.zero_()
"""
LESSON_FRAMES = 7


def record(cells: list[dict[str, Any]]) -> Trace:
    """The trace of a run in this process."""
    options = Options(seed=0)
    assembler = Assembler([Cell(**cell) for cell in cells], options)
    run(cells, options.model_dump(), assembler.feed)
    return assembler.finish(Outcome(status="ok"))


def write(name: str, data: Any) -> None:
    """One golden file."""
    (GOLDEN / name).write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Record both traces; read the lesson's frames."""
    notebook = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    cells = [
        {"source": "".join(cell["source"]), "execution_count": cell["execution_count"]}
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    write("small.trace.json", record([{"source": SMALL, "execution_count": None}]).model_dump(mode="json"))
    lesson = record(cells)
    write("lesson.trace.json", lesson.model_dump(mode="json"))
    end = len(lesson.events)
    moments = sorted({end * part // LESSON_FRAMES for part in range(1, LESSON_FRAMES + 1)})
    write("lesson.frames.json", [frame_at(lesson, k).json() for k in moments])


if __name__ == "__main__":
    main()
