"""Which built player a run is put into: the one that has what explains the run's own failure.

All that explains failures would be too much for one file. A run whose error, or without one a warning, says what
``players.json`` knows goes into the player of that name, such as ``player.shapes.en.html``; any other that failed goes
into ``player.errors.en.html``, and one that went well into ``player.en.html``.
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
    error = trace.outcome.error
    warnings = [event.message for event in trace.events if event.kind == "warning"]
    said = warnings if error is None else [error.message]
    name = next(
        (name for name, patterns in known.items() if _matches(patterns, said)), "" if error is None else "errors"
    )
    return directory / f"player{name and '.'}{name}.{language}.html"


def _matches(patterns: list[str], said: list[str]) -> bool:
    return any(re.match(pattern, each[:_LONGEST]) for pattern in patterns for each in said)
