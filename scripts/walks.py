"""Prints the walk of every lesson and of every golden trace as Python tells it, one a line: a name, a tab, a JSON list.

The page's unit tests run it (`frontend/test/walks.test.ts`): both tellers must cut the same steps and say the same of
each, in both languages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from lesson_traces import lessons, trace_of

from gradwalk.document.schema import Trace
from gradwalk.export.reading.reasons import told
from gradwalk.export.reading.run import Run
from gradwalk.export.reading.sentences import in_words
from gradwalk.export.reading.steps import steps_of

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"


def traces() -> Iterator[tuple[str, Trace]]:
    """All of them by name."""
    for path in sorted(GOLDEN.glob("*.trace.json")):
        yield path.name.removesuffix(".trace.json"), Trace.model_validate_json(path.read_bytes())
    for name, cells in lessons().items():
        yield f"lesson {name}", trace_of(cells)


def main() -> None:
    """A step is [first event, event after its last, kind, English, Chinese]."""
    for name, trace in traces():
        run = Run(trace)
        walk = [
            [step.start, step.end, step.kind, *(in_words(told(run, step), lang) for lang in ("en", "zh"))]
            for step in steps_of(trace)
        ]
        print(f"{name}\t{json.dumps(walk)}")


if __name__ == "__main__":
    main()
