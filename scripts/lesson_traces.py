"""Prints the trace of every lesson that comes with the page, one a line: its name, a tab, the JSON document.

The page's unit tests run it (`frontend/test/lesson-runs.ts`), so that they read what the engine gives now. With `-`, it
runs notebooks from standard input instead: a JSON object of their names and their cells' texts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gradwalk.document.assemble import Assembler
from gradwalk.document.schema import Cell, Options, Outcome, Trace
from gradwalk.runner.run import run

LESSONS = Path(__file__).parent.parent / "frontend" / "src" / "lessons"


def trace_of(sources: list[str]) -> Trace:
    """The trace of a run of these cells in this process."""
    options = Options(seed=0)
    assembler = Assembler([Cell(source=source) for source in sources], options)

    run([{"source": source, "execution_count": None} for source in sources], options.model_dump(), assembler.feed)
    return assembler.finish(Outcome(status="ok"))


def main() -> None:
    """Every lesson in order of name, or what is asked for."""
    for name, cells in (json.load(sys.stdin) if sys.argv[1:] == ["-"] else lessons()).items():
        print(f"{name}\t{trace_of(cells).model_dump_json()}")


def lessons() -> dict[str, list[str]]:
    """The cells of every lesson by its name."""
    read = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(LESSONS.glob("*.json"))}
    del read["contents"]
    return {name: ["\n".join(cell["source"]) for cell in lesson["cells"]] for name, lesson in read.items()}


if __name__ == "__main__":
    main()
