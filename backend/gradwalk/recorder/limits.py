"""What ends a run from inside when it has had its share; no Exception, so that a snippet's ``except`` lets it by.

LimitReached
├── CpuLimit     outcome 'cpu'
└── WallLimit    outcome 'timeout'

A record that is full ends no run: what comes then is not recorded (:class:`~gradwalk.recorder.Recorder`).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from gradwalk.stops import Reason, sentence


class LimitReached(BaseException):
    """Base of them all; ``limit`` is how many seconds the run may use at most."""

    status: ClassVar[Literal["cpu", "timeout"]]
    reason: ClassVar[Reason]
    loop: tuple[str, int] | None = None
    """The innermost loop that it ended, ``for`` or ``while``, and in which iteration."""

    def __init__(self, limit: float) -> None:
        super().__init__(sentence(self.reason, limit=limit))
        self.limit = limit

    @property
    def outcome(self) -> dict[str, Any]:
        """How a run ended that was stopped between two cells, or while an earlier one was being told of."""
        stop = {"reason": self.reason, "limit": self.limit}
        return {"status": self.status, "message": str(self), "error": None, "stop": stop}


class CpuLimit(LimitReached):
    """The run has used its time on the processor."""

    status = "cpu"
    reason = "cpu"


class WallLimit(LimitReached):
    """The run has taken its time by the clock."""

    status = "timeout"
    reason = "wall"
