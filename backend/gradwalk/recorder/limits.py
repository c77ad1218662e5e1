"""What ends a run from inside when it has had its share; no Exception, so that a snippet's ``except`` lets it by.

LimitReached
├── CpuLimit     outcome 'cpu'
├── WallLimit    outcome 'timeout'
└── OpLimit      outcome 'limit': more happened than can be recorded
"""

from __future__ import annotations

from typing import ClassVar, Literal


class LimitReached(BaseException):
    """Base of them all; its text is a clause such as ``stopped after 2 s of CPU time``, to be followed by where."""

    status: ClassVar[Literal["cpu", "timeout", "limit"]]
    loop: str | None = None
    """The innermost loop that it ended, and in which iteration: ``iteration 41,022 of the while loop``."""


class CpuLimit(LimitReached):
    """The run has used its time on the processor."""

    status = "cpu"


class WallLimit(LimitReached):
    """The run has taken its time by the clock."""

    status = "timeout"


class OpLimit(LimitReached):
    """The run has done more than can be recorded."""

    status = "limit"
