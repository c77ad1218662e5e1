"""What the fork server found out about its own walls: data that it sends once, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Isolation = Literal["full", "partial", "none"]
"""How well what runs in a child is kept away from everything else."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``gradwalk doctor``."""

    ok: bool
    found: str
    advice: str = ""
    """What to do about it, if it is not ok."""


@dataclass(frozen=True, slots=True)
class Report:
    """The walls of one fork server, as tried by itself."""

    system: str
    seccomp: bool
    """System calls are filtered."""
    landlock: int
    """The version of Landlock's interface, 0 without it."""
    user: int
    """Whose rights snippets run with."""
    unreadable: bool
    """Python's files cannot be read with those."""
    escapes: Sequence[str]
    """What the self-test could do although it must not."""

    @property
    def isolation(self) -> Isolation:
        """Full if every wall stands, partial if the filter does and holds, none otherwise."""
        if not self.seccomp or self.escapes:
            return "none"
        return "full" if self.landlock and self.user != 0 else "partial"

    def checks(self) -> list[Check]:
        """Line by line what was found, and what to do about each thing missing."""
        return [
            Check(True, self.system),
            self._seccomp(),
            self._landlock(),
            self._user(),
            self._files(),
            self._self_test(),
        ]

    def _seccomp(self) -> Check:
        if self.seccomp:
            return Check(True, "seccomp: all but 14 system calls are filtered out")
        return Check(
            False,
            "seccomp: there are no filters on system calls",
            "Use a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64; in a container, allow prctl.",
        )

    def _landlock(self) -> Check:
        if self.landlock:
            return Check(True, f"Landlock: no files, no TCP, no signals (version {self.landlock})")
        return Check(
            False,
            "Landlock: not there",
            "Use Linux 5.13 or newer with 'landlock' in the boot parameter lsm=; in a container, Docker 23 or newer.",
        )

    def _user(self) -> Check:
        if self.user:
            return Check(True, f"user: snippets run as {self.user}, not as root")
        return Check(
            False,
            "user: snippets run as root, because root may not become another user here",
            "Start the server as another user.",
        )

    def _files(self) -> Check:
        if not self.unreadable:
            return Check(True, "Python: its files can be read by the user that snippets run as")
        return Check(
            True,
            "Python: only root may read its files; snippets have what was loaded beforehand, which is all they need",
        )

    def _self_test(self) -> Check:
        if self.escapes:
            return Check(
                False,
                "self-test: a snippet could " + ", ".join(self.escapes),
                "Mend what is missing above; without that, only --unsafe-local serves, to this machine alone.",
            )
        return Check(True, "self-test: no file, no socket, no process; trying to start a program was fatal")
