"""How much memory an op takes while its graph is alive, and how many bytes its record has on the wire."""

from __future__ import annotations

import importlib
import os
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.programs import PROGRAMS
from tests.bench.ways import recorder_for

LENGTH = 100_000


def bytes_per_op(recorded: bool) -> float:
    """Resident memory that a chain of 100,000 ops on four numbers takes before its backward pass, by op."""
    torch: Any = importlib.import_module("torch")
    with ExitStack() as stack:
        if recorded:
            from gradwalk.engine.observe import observing

            stack.enter_context(observing(recorder_for(PROGRAMS["a"], lambda frame: 0)))
        y = x = torch.ones(4, requires_grad=True)
        y = y * x
        before = _resident()
        for _ in range(LENGTH):
            y = y * x
        return (_resident() - before) / LENGTH


def wire_bytes(name: str) -> tuple[float, float]:
    """Bytes by op of a program's record as JSON, and of that compressed as HTTP would (gzip's sixth level)."""
    import orjson

    frames: list[bytes] = []

    def emit(frame: dict[str, Any]) -> int:
        frames.append(orjson.dumps(frame, option=orjson.OPT_SERIALIZE_NUMPY))
        return len(frames[-1])

    from gradwalk.engine.observe import observing

    program = PROGRAMS[name]
    recorder = recorder_for(program, emit)
    with observing(recorder):
        exec(program.body, {"torch": importlib.import_module("torch")})
    recorder.finish({"status": "ok", "message": "", "error": None})
    whole = b"".join(frames)
    return len(whole) / program.ops, len(zlib.compress(whole, 6)) / program.ops


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
