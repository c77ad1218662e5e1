"""Why a run ended, in one plain sentence, from what the kernel said of its process."""

from __future__ import annotations

import os
import signal

from gradwalk.limits import Limits
from gradwalk.sandbox.protocol import EXIT_DONE, EXIT_MEMORY, Ended
from gradwalk.trace.schema import Outcome, Status


def verdict(ended: Ended, limits: Limits) -> Outcome:
    """The outcome that the fork server vouches for; ok only says that the process came to its own end."""
    status, message = _reason(ended, limits)
    return Outcome(
        status=status,
        message=message,
        wall_seconds=round(ended.wall_seconds, 6),
        cpu_seconds=round(ended.cpu_seconds, 6),
    )


def overrun(limits: Limits) -> Outcome:
    """The outcome of a run that sent back more than it may."""
    size = limits.stream_bytes / (1 << 20)
    return Outcome(status="limit", message=f"Stopped: the run recorded more than {size:g} MiB.")


def lost() -> Outcome:
    """The outcome of a run whose fork server went away."""
    return Outcome(status="killed", message="Stopped: the sandbox had to be restarted. Run it again.")


def _reason(ended: Ended, limits: Limits) -> tuple[Status, str]:
    too_long = f"Stopped: it ran for more than {limits.wall_seconds:g} s."
    if ended.overdue:
        return "timeout", too_long
    if os.WIFSIGNALED(ended.wait_status):
        number = os.WTERMSIG(ended.wait_status)
        if number == signal.SIGALRM:
            return "timeout", too_long
        # The kernel holds to the hard limit by ticks, and so may kill well before three true seconds: past the soft one
        # nothing else is likely.
        if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_seconds >= limits.cpu_seconds):
            return "cpu", f"Stopped: it used more than {limits.cpu_seconds:g} s of processor time."
        if number == signal.SIGSYS:
            return "killed", "Stopped: it tried something that is not allowed here."
        if number == signal.SIGKILL:
            return "killed", "Stopped: it was killed, by itself or by the operating system for want of memory."
        return "killed", f"Stopped: its Python crashed ({signal.Signals(number).name}), perhaps out of memory or stack."
    code = os.waitstatus_to_exitcode(ended.wait_status)
    if code == EXIT_DONE:
        return "ok", ""
    if code == EXIT_MEMORY:
        return "memory", f"Stopped: it needed more than {limits.memory_bytes / (1 << 20):g} MiB of memory."
    return "killed", f"The snippet ended its own process (exit status {code})."
