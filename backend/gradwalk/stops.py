"""Why a run was stopped, in one English sentence, from the parts in which the trace keeps it (``trace.schema.Stop``).

The page says the same in its own languages, from the same parts. Only the standard library is imported here: the child
tells of what it stopped itself, the server of what it had to kill.
"""

from __future__ import annotations

from typing import Final, Literal

Reason = Literal[
    "cpu", "wall", "memory", "record",
    "forbidden", "crash", "killed", "exit", "unfinished", "restart", "nonsense", "silence", "cancelled",
]  # fmt: skip

WORDS: Final[dict[Reason, str]] = {
    "cpu": "Stopped after {limit:.1f} s of CPU time",
    "wall": "Stopped after {limit:.1f} s",
    "memory": "Stopped because it needed more than {mebibytes:g} MiB of memory",
    "record": "Stopped because its record reached {mebibytes:g} MiB (the most that can be kept)",
    "forbidden": "Stopped because it tried something that is not allowed here",
    "crash": "Stopped because its Python crashed ({signal}), perhaps out of memory or stack",
    "killed": "Stopped because it was killed, by itself or by the operating system for want of memory",
    "exit": "Stopped because it ended its own process (exit status {exit_status})",
    "unfinished": "Stopped because it ended itself before it was over",
    "restart": "Stopped because the sandbox had to be restarted: run it again",
    "nonsense": "Stopped because what it sent made no sense",
    "silence": "Stopped, and the sandbox did not say how",
    "cancelled": "Stopped by hand",
}


def sentence(
    reason: Reason,
    *,
    limit: float | None = None,
    signal: str | None = None,
    exit_status: int | None = None,
    place: str = "",
    loop: str | None = None,
    iteration: int | None = None,
) -> str:
    """The sentence; ``place`` is such as ``line 3 of Cell In[1]``."""
    mebibytes = (limit or 0) / (1 << 20)
    words = WORDS[reason].format(limit=limit, mebibytes=mebibytes, signal=signal, exit_status=exit_status)
    where = f" at {place}" if place else ""
    if place and iteration is not None:
        where += f", iteration {iteration:,} of the {loop} loop"
    return f"{words}{where}."
