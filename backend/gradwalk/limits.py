"""What one run may use, as data: the only place where these numbers stand.

The fork server enforces what the kernel can count, the recorder and the runner what only they can see, the web side
the rest; ``/api/v1/limits`` publishes them. Only the standard library is imported here: every layer reads this.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

KIB = 1024
MIB = 1024 * KIB


class Limits(NamedTuple):
    """The limits of one run. A soft limit ends the run from inside, in order; the hard one that follows it kills."""

    source_bytes: int = 64 * KIB
    """Source of all cells together, in UTF-8."""
    body_bytes: int = 512 * KIB
    """A request body: JSON may spell a character in six bytes."""
    notebook_bytes: int = 4 * MIB
    """A notebook as a request body: pictures in its outputs are long, and are not looked at."""
    trace_bytes: int = 24 * MIB
    """A trace as a request body."""
    cells: int = 200
    """Cells in one request."""
    stream_bytes: int = 16 * MIB
    """Everything a run may send back, before decoding."""
    frame_bytes: int = 2 * MIB
    """One frame of that stream: an honest recorder sends 50 kB at a time, or a few values."""
    frames: int = 5_000
    """Frames in that stream: an honest recorder sends fifty a second, or one for every 50 kB."""
    stdout_bytes: int = 64 * KIB
    """What a snippet may print."""
    ops: int = 10_000
    """Op applications recorded in one run."""
    lines: int = 20_000
    """Statements recorded one by one in one run; past them, what they do is, and the last of them."""
    last_lines: int = 500
    """How many of the last are kept of what goes past that."""
    files: int = 1_000
    """Files and folders that a snippet may have at a time, in its memory."""
    file_bytes: int = 64 * MIB
    """What they may hold together."""
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
    patience: int = 4
    """How many times as long by the clock a run may take that has made way for others."""
    stack_bytes: int = 8 * MIB
    """The main thread's stack."""
    open_files: int = 5
    """File descriptors: the null device three times, the stream, and one to spare."""
    processes: int = 0
    """Processes and threads a run may start."""
    niceness: int = 10
    """How far a run steps back behind the server, as ``nice`` counts."""

    def refusal(self, sources: Collection[str]) -> str | None:
        """Why code in so many cells is not run at once, in one sentence; None of what is."""
        if sum(len(source.encode()) for source in sources) > self.source_bytes:
            return f"The code is longer than {self.source_bytes / KIB:g} KiB."
        if len(sources) > self.cells:
            return f"There are {len(sources)} cells; at most {self.cells} are run at once."
        return None


LIMITS = Limits()


_AS_IT_IS = ("stack_bytes", "open_files", "processes", "niceness")
"""What no run could do with less of, or what less of would give it more."""


def lowered(changes: Mapping[str, str]) -> Limits:
    """The limits with some of them lower; raises ValueError, with what to do, for any that is none or would be higher.

    A soft limit comes down with its hard one.
    """
    known = {name: value for name, value in LIMITS._asdict().items() if name not in _AS_IT_IS}
    chosen: dict[str, float] = {}
    for name, text in changes.items():
        if name not in known:
            raise ValueError(f"There is no limit '{name}' to lower; there are {', '.join(known)}.")
        most = known[name]
        try:
            value = type(most)(text)
        except ValueError:
            kind = "whole number" if isinstance(most, int) else "number"
            raise ValueError(f"The limit {name} is to be a {kind}, not '{text}'.") from None
        if not 0 < value <= most:
            raise ValueError(f"The limit {name} can be lowered only: give more than 0 and at most {most}, not {text}.")
        chosen[name] = value
    limits = LIMITS._replace(**chosen)  # type: ignore[arg-type]  # each has its field's own type
    return limits._replace(
        cpu_seconds=min(limits.cpu_seconds, limits.cpu_seconds_hard),
        wall_seconds=min(limits.wall_seconds, limits.wall_seconds_hard),
    )
