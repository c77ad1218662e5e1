"""``torch.fft``: what of it stays real."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.frequencies import FREQUENCIES

from ._missing import missing

globals().update(FREQUENCIES)

__all__ = [*FREQUENCIES]

_COMPLEX = frozenset(
    f"{inverse}{kind}{dims}" for inverse in ("", "i") for kind in ("fft", "rfft", "hfft") for dims in ("", "2", "n")
)


def __getattr__(name: str) -> Any:
    if name in _COMPLEX:
        raise AttributeError(
            f"module 'torch.fft' has no attribute '{name}': Gradwalk does not have it, since there are no complex "
            "tensors; torch.cos and torch.sin of 2 * torch.pi * torch.outer(k, n) / N make its real and imaginary part."
        )
    raise missing("torch.fft", name)
