"""Records what PyTorch says to every call. Run by hand: `python -m tests.oracle.calls.record`, with real PyTorch.

Calls on standard input, one a line, are added to those that are there.
"""

from __future__ import annotations

import sys

from tests.oracle.calls.answers import Answers
from tests.oracle.facts import facts, save


def main() -> None:
    added = [] if sys.stdin.isatty() else sys.stdin.read().splitlines()
    answers = Answers("torch")
    path = save("calls", answers.torch.__version__, {call: answers.to(call) for call in (*facts("calls"), *added)})
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
