"""What an operation costs on its way from the recorder to who reads its trace: `python -m tests.bench.wire`."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import orjson

from gradwalk.document.assemble import Assembler, Taken
from gradwalk.document.kept import read
from gradwalk.document.lines import Progress, frame_line
from gradwalk.document.schema import Cell, Options, Outcome, Trace
from gradwalk.runner import run
from gradwalk.store.traces import Kept
from tests.bench.programs import chain

OPS = 1_000
ROUNDS = 15


def frames_of(source: str) -> list[bytes]:
    """What the sandbox's child sends of a run."""
    sent: list[bytes] = []

    def send(frame: dict[str, Any]) -> int:
        sent.append(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY))
        return len(sent[-1])

    run([{"source": source, "execution_count": None}], Options(seed=0).model_dump(), send)
    return sent


def assembled(source: str, frames: list[bytes], taken: Callable[[Taken], None] | None = None) -> Assembler:
    """The frames checked and written again."""
    assembler = Assembler([Cell(source=source)], Options(seed=0), taken=taken)
    for frame in frames:
        if not assembler.feed(frame):
            raise RuntimeError(assembler.fault)
    return assembler


def stages(source: str, frames: list[bytes], document: bytes) -> dict[str, Callable[[], object]]:
    """What is timed."""
    so_far = Progress(ops=0, events=0, seconds=0)
    said: list[bytes] = []
    return {
        "run and recorded": lambda: frames_of(source),
        "checked and written": lambda: assembled(source, frames),
        "the same, in lines": lambda: assembled(source, frames, lambda new: said.append(frame_line(new.lists, so_far))),
        "the same, joined": lambda: assembled(source, frames).written(Outcome(status="ok")),
        "compressed and kept": lambda: Kept.of(document),
        "read as structs": lambda: read(document),
        "read as models": lambda: Trace.model_validate_json(document),
    }


def main() -> None:
    """Microseconds of processor time and bytes, an operation; all stages in turns."""
    source = "import torch" + chain(OPS).body
    frames = frames_of(source)
    document = assembled(source, frames).written(Outcome(status="ok")).document
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for stage, work in stages(source, frames, document).items():
            gc.collect()
            begin = time.process_time()
            work()
            times.setdefault(stage, []).append(time.process_time() - begin)
    for stage, seconds in times.items():
        print(f"an operation {stage:20} {1e6 * statistics.median(seconds) / OPS:6.1f} us")
    for what, size in (
        ("frames", sum(map(len, frames))),
        ("document", len(document)),
        ("kept", Kept.of(document).size),
    ):
        print(f"an operation {what:20} {size / OPS:6.0f} B")


if __name__ == "__main__":
    main()
