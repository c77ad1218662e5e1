"""Exit statuses, and what carries one out of a command."""

from __future__ import annotations

OK = 0
"""It did what it was asked to."""
SNIPPET = 1
"""The code raised or was stopped; or something is missing that ``doctor`` looked for."""
USAGE = 2
"""Gradwalk was asked for something it cannot do, and ran nothing."""
INTERRUPTED = 130
"""Somebody pressed Ctrl-C."""


class Done(BaseException):
    """Carries a command's exit status past Typer, which has ideas of its own about errors and broken pipes."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
