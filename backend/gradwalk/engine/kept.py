"""What ``torch.save`` was given in a run, by path: there are no files, and a run's memory ends with it."""

from __future__ import annotations

from typing import Any

_RUN: dict[str, Any] | None = None
"""None outside a run, where whoever saves means a file."""


def begin() -> None:
    """A run begins, of which nothing has been saved yet."""
    global _RUN
    _RUN = {}


def of_run() -> dict[str, Any] | None:
    """By path what was saved in the run; None outside one."""
    return _RUN
