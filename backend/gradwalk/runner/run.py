"""The door: cells and options in, frames out, the last of which says how the run ended."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from gradwalk.engine import kept
from gradwalk.engine.observe import observing
from gradwalk.limits import LIMITS, Limits
from gradwalk.recorder import Recorder
from gradwalk.recorder.limits import LimitReached
from gradwalk.recorder.stream import Emit
from gradwalk.runner.cellfile import numbered
from gradwalk.runner.doors import files_of_run
from gradwalk.runner.garbage import keep_memory, seldom_collected
from gradwalk.runner.imports import find_facade
from gradwalk.runner.seeds import seeded
from gradwalk.runner.session import Session
from gradwalk.runner.signals import soft_limits


def run(cells: Sequence[Mapping[str, Any]], options: Mapping[str, Any], emit: Emit, limits: Limits = LIMITS) -> None:
    """Run ``cells`` (each with ``source`` and ``execution_count``) as "Run all" does, and ``emit`` frames as they fill.

    Whatever the snippet does, short of a kill, the last frame holds the outcome.
    """
    find_facade()
    keep_memory()
    recorder = _recorder_for(options)(emit, options, limits)
    try:
        own_files = kept.run_with(limits.file_bytes, limits.files)
        with soft_limits(limits), seldom_collected(recorder), observing(recorder), own_files, files_of_run(), seeded():
            if options.get("seed") is not None:
                importlib.import_module("torch").manual_seed(options["seed"])
            files = numbered([(cell["source"], cell.get("execution_count")) for cell in cells])
            outcome = Session(files, recorder, limits).run()
    except LimitReached as error:
        outcome = error.outcome
    recorder.finish(outcome)


def _recorder_for(options: Mapping[str, Any]) -> type[Recorder]:
    if not options.get("overrides"):
        return Recorder
    from gradwalk.recorder.whatif import WhatIf  # which most runs do without

    return WhatIf
