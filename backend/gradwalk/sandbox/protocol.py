"""What travels between the server and the fork server, and nothing about who sends it.

The *control* socket (SEQPACKET) carries the fixed records below: never a byte of a snippet, so that nothing of one run
is left in the memory the next one is forked from. What travels between the server and a run's child stands in
:mod:`.stream`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from gradwalk.limits import Limits

CONTROL_BYTES = 4096
"""More than any record on the control socket."""

STREAM_FD = 3
"""Where every child finds its stream socket; 0, 1 and 2 are the null device."""

EXIT_DONE = 0
EXIT_MEMORY = 98
"""The child ran out of memory where it could no longer say so itself."""
EXIT_FENCES = 97
"""The child could not give up its rights, and so ran nothing."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the kernel shall hold one child to."""

    memory_bytes: int
    cpu_seconds: int
    cpu_seconds_hard: int
    wall_seconds: float
    wall_seconds_hard: float
    stack_bytes: int
    open_files: int
    processes: int
    niceness: int
    patience: int

    FORMAT: ClassVar[str] = "QIIddQIIiI"

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """The part of ``limits`` that is the kernel's business."""
        return cls(
            memory_bytes=limits.memory_bytes,
            cpu_seconds=limits.cpu_seconds,
            cpu_seconds_hard=limits.cpu_seconds_hard,
            wall_seconds=limits.wall_seconds,
            wall_seconds_hard=limits.wall_seconds_hard,
            stack_bytes=limits.stack_bytes,
            open_files=limits.open_files,
            processes=limits.processes,
            niceness=limits.niceness,
            patience=limits.patience,
        )


_START = struct.Struct("=cQB" + Grant.FORMAT)
_BEGIN = struct.Struct("=cQd")
_ABOUT = struct.Struct("=cQ")
_ENDED = struct.Struct("=QiBdd")


@dataclass(frozen=True, slots=True)
class Start:
    """Server to fork server: fork a child that waits for its snippet on the stream that comes with this record."""

    run: int
    grant: Grant
    rehearse: bool = False
    """It may do what runs do while it waits."""

    def pack(self) -> bytes:
        """The record's bytes."""
        g = self.grant
        return _START.pack(
            b"S", self.run, self.rehearse, g.memory_bytes, g.cpu_seconds, g.cpu_seconds_hard, g.wall_seconds,
            g.wall_seconds_hard, g.stack_bytes, g.open_files, g.processes, g.niceness, g.patience,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begin:
    """Server to fork server: the child's snippet is on its way, and its time by the clock begins."""

    run: int
    at: float
    """As ``time.monotonic`` counts, for all processes of a machine alike."""

    def pack(self) -> bytes:
        """The record's bytes."""
        return _BEGIN.pack(b"B", self.run, self.at)


@dataclass(frozen=True, slots=True)
class Finish:
    """Server to fork server: the child says that its run is over. It is to be killed, and its time told at once."""

    run: int

    def pack(self) -> bytes:
        """The record's bytes."""
        return _ABOUT.pack(b"F", self.run)


@dataclass(frozen=True, slots=True)
class Kill:
    """Server to fork server: nobody wants this run any more."""

    run: int

    def pack(self) -> bytes:
        """The record's bytes."""
        return _ABOUT.pack(b"K", self.run)


@dataclass(frozen=True, slots=True)
class StepBack:
    """Server to fork server: others wait, and this run is to go on behind them, with more time by the clock."""

    run: int

    def pack(self) -> bytes:
        """The record's bytes."""
        return _ABOUT.pack(b"A", self.run)


_ORDERS: Final[dict[bytes, type[Finish | StepBack | Kill]]] = {b"F": Finish, b"A": StepBack, b"K": Kill}

Order = Start | Begin | Finish | StepBack | Kill


def unpack_order(record: bytes) -> Order:
    """What the server orders."""
    match record[:1]:
        case b"S":
            _, run, rehearse, *grant = _START.unpack(record)
            return Start(run, Grant(*grant), bool(rehearse))
        case b"B":
            return Begin(*_BEGIN.unpack(record)[1:])
        case letter:
            return _ORDERS[letter](_ABOUT.unpack(record)[1])


@dataclass(frozen=True, slots=True)
class Ended:
    """Fork server to server: how a run ended, from the kernel and the fork server's own clock alone."""

    run: int
    wait_status: int
    overdue: bool
    """The fork server killed it at its hard wall limit."""
    wall_seconds: float
    cpu_seconds: float
    """Of its process, from the fork on."""

    def pack(self) -> bytes:
        """The record's bytes."""
        return _ENDED.pack(self.run, self.wait_status, self.overdue, self.wall_seconds, self.cpu_seconds)

    @classmethod
    def unpack(cls, record: bytes) -> Self:
        """The record in ``record``."""
        run, wait_status, overdue, wall, cpu = _ENDED.unpack(record)
        return cls(run, wait_status, bool(overdue), wall, cpu)
