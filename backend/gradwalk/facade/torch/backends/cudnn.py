"""``torch.backends.cudnn``: switches that scripts set, and that change nothing without a GPU."""

from __future__ import annotations

enabled = True
benchmark = False
benchmark_limit = 10
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    """There is no GPU."""
    return False


def version() -> None:
    """Of what is not there: none."""
