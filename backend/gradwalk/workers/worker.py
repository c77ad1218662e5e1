"""The process that does the jobs: one after the other, from its standard input, until that ends."""

from __future__ import annotations

import gc
import os
import resource
import sys
from typing import BinaryIO

from gradwalk.errors import GradwalkError
from gradwalk.limits import MIB
from gradwalk.workers.jobs import JOBS
from gradwalk.workers.wire import receive, send

MEMORY_BYTES = 2048 * MIB
"""Address space: a drawing that takes more ends with an error, and the server stands."""
_NICENESS = 5


def main() -> None:
    """Serve until nobody is there."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints must not look like an answer
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    gc.freeze()
    while (message := receive(jobs)) is not None:
        _do(answers, *message)


def _do(answers: BinaryIO, head: dict[str, object], document: bytes) -> None:
    try:
        job = JOBS[str(head.pop("job"))]
        made = job(document, **head)
    except GradwalkError as error:
        send(answers, {"error": type(error).__name__, "message": str(error)}, b"")
    except (MemoryError, RecursionError):
        send(answers, {"error": "RenderingFailed", "message": "This takes more memory than a picture may."}, b"")
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
        send(answers, {"error": "", "message": ""}, b"")
    else:
        send(answers, {}, made)


if __name__ == "__main__":
    main()
