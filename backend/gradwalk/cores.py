"""How many processor cores this process may use: those it may run on, or as many as its container is given."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

_CGROUPS = Path("/sys/fs/cgroup")
_OURS = Path("/proc/self/cgroup")


def cores(cgroups: Path = _CGROUPS, ours: Path = _OURS) -> int:
    """At least one. Containers (``--cpus=2``) and systemd (``CPUQuota``) show all cores and give time on some."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([there, *map(int, _quotas(cgroups, ours))]))


def _quotas(cgroups: Path, ours: Path) -> list[float]:
    """In cores, what each control group that this process is in may use (version 2 of them)."""
    found = []
    for group in _groups(ours):
        try:
            most, period = (cgroups / group.relative_to("/") / "cpu.max").read_text().split()
            found.append(float(most) / float(period))
        except (OSError, ValueError):  # there is no such file, or it says "max"
            continue
    return found


def _groups(ours: Path) -> list[PurePosixPath]:
    """The group that this process is in, and those around it."""
    try:
        lines = ours.read_text().splitlines()
    except OSError:
        return []
    path = next((line.removeprefix("0::") for line in lines if line.startswith("0::/")), None)
    return [] if path is None else [PurePosixPath(path), *PurePosixPath(path).parents]
