"""The bare fork-per-request ceiling: ``python -m tests.bench.sandbox.ceiling SECONDS`` prints runs a second as JSON.

A process as warm as the fork server forks a child for each run, as many at once as there are cores; the child runs the
snippet, writes its frames to a pipe and exits. No walls, no limits, nobody reads what the frames say.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import sys
import time
from typing import Any

from gradwalk.limits import LIMITS
from gradwalk.runner.imports import preload as preload_snippets
from gradwalk.runner.rehearsal import rehearse
from gradwalk.runner.run import run
from gradwalk.sandbox.preload import preload
from tests.bench.sandbox.snippet import REQUEST, cells, encoded

_write_some = os.write
"""The system's own: while a run lasts, that of ``os`` writes what it has instead of files."""


def begin(work: bool) -> int:
    """Fork one; returns where to read from it."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return reader
    if work:
        run(cells(), REQUEST.options.model_dump(), lambda frame: _send(writer, frame), LIMITS)
    os._exit(0)


def _send(writer: int, frame: dict[str, Any]) -> int:
    return _write_some(writer, encoded(frame))


def reap() -> None:
    """Wait for one that has ended; one that did not do what it was forked for would count as fast."""
    _, status = os.wait()
    if status:
        raise RuntimeError(f"a child ended with {os.waitstatus_to_exitcode(status)}")


def runs_a_second(seconds: float, work: bool) -> float:
    """How many end in that time."""
    done = 0
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for _ in range(os.cpu_count() or 1):
            selector.register(begin(work), selectors.EVENT_READ)
        while time.monotonic() < until:
            for key, _ in selector.select():
                if not os.read(key.fd, 1 << 16):
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    reap()
                    done += 1
                    selector.register(begin(work), selectors.EVENT_READ)
        for key in list(selector.get_map().values()):
            while os.read(key.fd, 1 << 16):
                pass
            reap()
    return done / seconds


def main() -> None:
    """Get as warm as the fork server, then fork."""
    seconds = float(sys.argv[1])
    preload()
    preload_snippets()
    rehearse()
    gc.collect()
    gc.freeze()
    print(json.dumps({"forks": runs_a_second(seconds / 2, work=False), "runs": runs_a_second(seconds, work=True)}))


if __name__ == "__main__":
    main()
