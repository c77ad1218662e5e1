"""Why a run ended, in one plain sentence, from what the kernel said of its process."""

from __future__ import annotations

import os
import signal

from gradwalk.document.schema import Outcome, Status, Stop
from gradwalk.limits import Limits
from gradwalk.sandbox.protocol import EXIT_DONE, EXIT_MEMORY, Ended
from gradwalk.stops import Reason, sentence


def verdict(ended: Ended, limits: Limits) -> Outcome:
    """The outcome that the fork server vouches for; ok only says that the process came to its own end."""
    # It had as much time as it took: more than its own only if it had made way for others.
    wall = limits.wall_seconds * (limits.patience if ended.wall_seconds > limits.wall_seconds * limits.patience else 1)
    if ended.overdue:
        return _stopped("timeout", "wall", limit=wall)
    if os.WIFSIGNALED(ended.wait_status):
        number = os.WTERMSIG(ended.wait_status)
        if number == signal.SIGALRM:
            return _stopped("timeout", "wall", limit=wall)
        # The kernel holds to the hard limit by ticks, and so may kill well before three true seconds: past the soft one
        # nothing else is likely.
        if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_seconds >= limits.cpu_seconds):
            return _stopped("cpu", "cpu", limit=limits.cpu_seconds)
        if number == signal.SIGSYS:
            return _stopped("killed", "forbidden")
        if number == signal.SIGKILL:
            return _stopped("killed", "killed")
        return _stopped("killed", "crash", signal=_name(number))
    code = os.waitstatus_to_exitcode(ended.wait_status)
    if code == EXIT_DONE:
        return Outcome(status="ok")
    if code == EXIT_MEMORY:
        return _stopped("memory", "memory", limit=limits.memory_bytes)
    return _stopped("killed", "exit", exit_status=code)


def overrun(limits: Limits) -> Outcome:
    """The outcome of a run that sent back more than it may."""
    return _stopped("limit", "record", limit=limits.stream_bytes)


def overtime(limits: Limits) -> Outcome:
    """The outcome of a run that had all its time by the clock."""
    return _stopped("timeout", "wall", limit=limits.wall_seconds)


def lost() -> Outcome:
    """The outcome of a run whose fork server went away."""
    return _stopped("killed", "restart")


def unknown() -> Outcome:
    """The outcome of a run that nobody told of."""
    return _stopped("killed", "silence")


def _stopped(
    status: Status,
    reason: Reason,
    *,
    limit: float | None = None,
    signal: str | None = None,
    exit_status: int | None = None,
) -> Outcome:
    message = sentence(reason, limit=limit, signal=signal, exit_status=exit_status)
    stop = Stop(reason=reason, limit=limit, signal=signal, exit_status=exit_status)
    return Outcome(status=status, message=message, stop=stop)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"
