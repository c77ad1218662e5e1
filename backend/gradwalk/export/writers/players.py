"""Which built player a run is put into: the one that has what explains the run's own failure.

All that explains failures would be too much for one file. A run that went well goes into ``player.en.html`` (or
``zh``), which also asks for predictions; one whose error or warning says what ``players.json`` knows goes into the
player of that name, such as ``player.shapes.en.html``; any other that failed or warned into ``player.errors.en.html``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from gradwalk.document.schema import Trace

# What PyTorch says of a call is shorter; more of what somebody else wrote is not searched.
_LONGEST = 1_000


def player_for(trace: Trace, language: str, directory: Path) -> Path:
    """The player's path.

    Raises :class:`OSError` where ``directory`` holds no ``players.json``.
    """
    known: dict[str, list[str]] = json.loads((directory / "players.json").read_text(encoding="utf-8"))
    said = _said(trace)
    if not said:
        return directory / f"player.{language}.html"
    name = next((name for name, patterns in known.items() if _matches(patterns, said)), "errors")
    return directory / f"player.{name}.{language}.html"


def _said(trace: Trace) -> list[str]:
    """What is to be explained: the error, or else the warnings."""
    if trace.outcome.error is not None:
        return [trace.outcome.error.message[:_LONGEST]]
    return [event.message[:_LONGEST] for event in trace.events if event.kind == "warning"]


def _matches(patterns: list[str], said: list[str]) -> bool:
    return any(re.match(pattern, each) for pattern in patterns for each in said)
