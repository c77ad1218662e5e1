"""What whoever runs a server may choose."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from gradwalk.built import page_directory
from gradwalk.limits import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices, each with its default."""

    limits: Limits = LIMITS
    page: Path = field(default_factory=page_directory)
    running: int = field(default_factory=lambda: os.cpu_count() or 1)
    """Runs at once."""
    queue: int = 100
    """Requests that wait for their run."""
    client_running: int = 1
    """Runs at once of one client, by its address."""
    client_queue: int = 2
    """Requests of one client that wait."""
    turn_seconds: float = 0.05
    """How long a run has its core to itself: then it makes way if others wait, and goes on beside them."""
    aside: int = field(default_factory=lambda: 6 * (os.cpu_count() or 1))
    """Runs that may have made way, each with memory of its own."""
    body_seconds: float = 10.0
    """How long a client may take to send a request's headers, and again its body."""
    origins: tuple[str, ...] = ()
    """Other sites whose pages may use the API."""
