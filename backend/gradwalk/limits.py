"""What one run may use, as data: the only place where these numbers stand.

The fork server enforces what the kernel can count, the recorder and the runner what only they can see, the web side
the rest; ``/api/v1/limits`` publishes them. Only the standard library is imported here: every layer reads this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one run. A soft limit ends the run from inside, in order; the hard one that follows it kills."""

    # Puts the words under each field into the API's description.
    __pydantic_config__: ClassVar[dict[str, bool]] = {"use_attribute_docstrings": True}

    source_bytes: int = 64 * KIB
    """Source of all cells together, in UTF-8."""
    body_bytes: int = 512 * KIB
    """A request body: JSON may spell a character in six bytes."""
    cells: int = 200
    """Cells in one request."""
    stream_bytes: int = 16 * MIB
    """Everything a run may send back, before decoding."""
    frame_bytes: int = 2 * MIB
    """One frame of that stream: an honest recorder sends half a megabyte at a time."""
    frames: int = 5_000
    """Frames in that stream: an honest recorder sends fifty a second, or one for every half megabyte."""
    stdout_bytes: int = 64 * KIB
    """What a snippet may print."""
    ops: int = 10_000
    """Op applications recorded in one run."""
    lines: int = 20_000
    """Statements recorded one by one in one run; past them, only what they do is."""
    memory_bytes: int = 256 * MIB
    """Address space beyond what the fork server itself has."""
    cpu_seconds: int = 2
    """Processor time, soft."""
    cpu_seconds_hard: int = 3
    """Processor time, hard."""
    wall_seconds: float = 5.0
    """Time by the clock, soft."""
    wall_seconds_hard: float = 6.0
    """Time by the clock, hard."""
    stack_bytes: int = 8 * MIB
    """The main thread's stack."""
    open_files: int = 5
    """File descriptors: the null device three times, the stream, and one to spare."""
    processes: int = 0
    """Processes and threads a run may start."""
    niceness: int = 10
    """How far a run steps back behind the server, as ``nice`` counts."""


LIMITS = Limits()
