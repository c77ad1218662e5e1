"""``torch.fft``: Fourier transforms, their frequencies and shifts."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.surface.fourier import TRANSFORMS
from gradwalk.engine.surface.frequencies import FREQUENCIES

from ._missing import missing

globals().update(FREQUENCIES)
globals().update(TRANSFORMS)

__all__ = [*FREQUENCIES, *TRANSFORMS]


def __getattr__(name: str) -> Any:
    raise missing("torch.fft", name)
