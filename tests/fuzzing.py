"""How many cases properties are tried with: few in `make test`, GRADWALK_FUZZ times as many in `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("GRADWALK_FUZZ", "1"))


def cases(count: int) -> settings:
    """Settings for ``count`` cases, or as many times more as are asked for."""
    return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=list(HealthCheck))
