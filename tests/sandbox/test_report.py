"""What is made of the walls that the fork server found."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from gradwalk.sandbox import landlock
from gradwalk.sandbox.report import Isolation, Report

WHOLE = Report(system="Linux 6.1", seccomp=True, landlock=7, user=1000, unreadable=False, escapes=())


@pytest.mark.parametrize(
    ("report", "isolation", "missing"),
    [
        (WHOLE, "full", None),
        (replace(WHOLE, unreadable=True), "full", None),
        (replace(WHOLE, landlock=0), "partial", "Landlock: not there"),
        (replace(WHOLE, user=0), "partial", "snippets run as root"),
        (replace(WHOLE, escapes=("open a file",)), "none", "a snippet could open a file"),
        (replace(WHOLE, seccomp=False), "none", "no filters on system calls"),
    ],
)
def test_isolation_is_what_the_walls_give(report: Report, isolation: Isolation, missing: str | None) -> None:
    assert report.isolation == isolation
    wrong = [check for check in report.checks() if not check.ok]
    assert [check.found for check in wrong if missing and missing in check.found] == [check.found for check in wrong]
    assert all(check.advice for check in wrong)
    assert len(report.checks()) == 6


def test_each_version_of_landlock_is_asked_for_all_it_knows() -> None:
    sizes = [len(landlock.ruleset(version)) for version in range(1, 8)]
    assert sizes == [8, 8, 8, 16, 16, 24, 24]
    files = [struct.unpack_from("=Q", landlock.ruleset(version))[0] for version in range(1, 8)]
    assert files == [0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF]
