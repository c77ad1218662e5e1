"""What whoever runs a server may choose."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from gradwalk.built import page_directory
from gradwalk.cores import cores
from gradwalk.limits import LIMITS, MIB, Limits


def default_database() -> str:
    """An SQLite file where this user's programs keep their data."""
    home = os.path.expanduser("~")
    # In a container a user may have none.
    share = os.environ.get("XDG_DATA_HOME") or (f"{home}/.local/share" if os.path.isabs(home) else "/var/lib")
    return f"sqlite:///{share}/gradwalk/snippets.db"


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices, each with its default."""

    limits: Limits = LIMITS
    page: Path = field(default_factory=page_directory)
    running: int = field(default_factory=cores)
    """Runs at once."""
    queue: int = 100
    """Requests that wait for their run."""
    client_running: int = 1
    """Runs at once of one client, by its address."""
    client_queue: int = 2
    """Requests of one client that wait."""
    turn_seconds: float = 0.05
    """How long a run has its core to itself: then it makes way if others wait, and goes on beside them."""
    aside: int = field(default_factory=lambda: 6 * cores())
    """Runs that may have made way, each with memory of its own."""
    body_seconds: float = 10.0
    """How long a client may take to send a request's headers, and again its body."""
    silence_seconds: float = 5.0
    """How long an answer in lines may be silent: then how things are is told, so that no proxy hangs up."""
    database: str = field(default_factory=lambda: os.environ.get("GRADWALK_DATABASE") or default_database())
    """Where snippets are kept: ``sqlite:///PATH`` or ``postgresql://...``."""
    snippet_burst: int = 60
    """Snippets that one client may make or delete at once, and then one every so often."""
    snippet_seconds: float = 2.0
    """How often that is."""
    snippet_days: int | None = None
    """Snippets that nobody has read for so many days are cleared away; none are if None."""
    cache_bytes: int = 64 * MIB
    """Memory for traces that were run lately, and what was made of them."""
    cache_directory: Path | None = field(default_factory=lambda: _path(os.environ.get("GRADWALK_CACHE_DIR")))
    """Where they are kept on disk as well; nowhere if None."""
    cache_disk_bytes: int = 1024 * MIB
    """How much of it they may take."""
    renders: int = field(default_factory=cores)
    """Pictures and long cuts of traces made at once."""
    render_queue: int = 50
    """Requests that wait for theirs."""
    client_render_queue: int = 16
    """Those of one client."""
    render_seconds: float = 10.0
    """How long one may take."""
    names: tuple[str, ...] = ()
    """Names that the server is reached by, of those that can be registered; `*` is any."""
    origins: tuple[str, ...] = ()
    """Other sites whose pages may use the API."""
