"""The door for code: cells and options in, frames out, as the runner's own, on real PyTorch in this very process."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import torch

from gradwalk.limits import LIMITS, Limits
from gradwalk.pytorch.recorder import TorchRecorder
from gradwalk.recorder.limits import LimitReached
from gradwalk.recorder.stream import Emit
from gradwalk.runner.cellfile import numbered
from gradwalk.runner.session import Session

_OWN = ("__import__", "input", "breakpoint", "help")
"""What a snippet in the sandbox may not, and code of one's own may."""


class OwnSession(Session):
    """A run in the user's own process: everything that Python has is there."""

    def _builtins(self) -> dict[str, Any]:
        return super()._builtins() | {name: getattr(builtins, name) for name in _OWN if hasattr(builtins, name)}


def run(cells: Sequence[Mapping[str, Any]], options: Mapping[str, Any], emit: Emit, limits: Limits = LIMITS) -> None:
    """Run ``cells`` as :func:`gradwalk.runner.run.run` does. A seed is for the run alone."""
    recorder = TorchRecorder(emit, options, limits)
    try:
        with ExitStack() as stack:
            if options.get("seed") is not None:
                stack.enter_context(torch.random.fork_rng())
                torch.manual_seed(options["seed"])
            stack.enter_context(recorder.listening())
            files = numbered([(cell["source"], cell.get("execution_count")) for cell in cells])
            outcome = OwnSession(files, recorder, limits).run()
    except LimitReached as error:
        outcome = error.outcome
    recorder.finish(outcome)
