"""A process from its start to its result: program ``a``, bare, or as a whole trace in a process
that was started for it."""

from __future__ import annotations

import sys

from tests.bench.programs import PROGRAMS


def main() -> None:
    """``python -m tests.bench.cold [trace]``."""
    program = PROGRAMS["a"]
    if sys.argv[1:] != ["trace"]:
        import torch

        exec(program.body, {"torch": torch})
        return
    from gradwalk.sandbox.unconfined_child import load
    from tests.bench.ways import json_length

    run = load("gradwalk.runner.run:run")
    run([{"source": "import torch\n" + program.body, "execution_count": None}], {"max_elements": 1000}, json_length)


if __name__ == "__main__":
    main()
