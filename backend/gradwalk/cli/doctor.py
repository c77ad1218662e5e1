"""``gradwalk doctor``: how well this machine holds snippets in."""

from __future__ import annotations

import asyncio
import sys

from gradwalk.cli import status
from gradwalk.sandbox.forkserver import examine


def doctor() -> int:
    """Say line by line how well this machine holds snippets in, and what to do about what is missing.

    The exit status is 0 if nothing is, else 1.
    """
    report = asyncio.run(examine())
    for check in report.checks():
        sys.stdout.write(f"{'ok     ' if check.ok else 'MISSING'} {check.found}\n")
        if not check.ok:
            sys.stdout.write(f"         -> {check.advice}\n")
    sys.stdout.write(f"Isolation: {report.isolation}\n")
    return status.OK if report.isolation == "full" else status.SNIPPET
