"""``torch.backends.mkl`` and its like: libraries for the CPU, which PyTorch's own builds have."""

from __future__ import annotations


def is_available() -> bool:
    """As in PyTorch's builds."""
    return True
