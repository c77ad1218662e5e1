"""Which built player a run is put into: the one that has what explains the run's own failure.

All that explains failures would be too much for one file. A run whose error says what ``players.json`` knows goes into
the player of that name, such as ``player.shapes.en.html``; any other that ended in an error goes into
``player.errors.en.html``, and the rest, with all that explains warnings, into ``player.en.html``.
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
    if trace.outcome.status != "error" or error is None:
        return directory / f"player.{language}.html"
    said = error.message[:_LONGEST]
    name = next((name for name, patterns in known.items() if any(re.match(each, said) for each in patterns)), "errors")
    return directory / f"player.{name}.{language}.html"
