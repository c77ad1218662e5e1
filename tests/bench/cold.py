"""A process from its start to its result: program ``a``, bare, as a whole trace in a process that was started for it,
or in numpy by hand."""

from __future__ import annotations

import sys

from tests.bench.programs import PROGRAMS


def main() -> None:
    """``python -m tests.bench.cold [trace | by-hand]``."""
    program = PROGRAMS["a"]
    if sys.argv[1:] == ["by-hand"]:
        import numpy as np

        x = np.arange(4, dtype=np.float32)
        print(2 * np.dot(x, x), 4 * x)
        return
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
