"""``torch.backends.mps``: Apple's GPUs, of which there is none."""

from __future__ import annotations


def is_available() -> bool:
    """There is no GPU."""
    return False


is_built = is_available
