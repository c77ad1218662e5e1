"""``torch.backends.mkldnn``: a library for the CPU, which PyTorch's own builds have. Its switches change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gradwalk.engine.warn import warn_once

from .mkl import is_available

__all__ = ["flags", "is_available"]

enabled = True
deterministic = False
allow_tf32 = True

_NO_INTEL = (
    "TF32 acceleration on top of oneDNN is available for Intel GPUs. The current Torch version does not have Intel GPU "
    "Support."
)


@contextmanager
def flags(
    enabled: bool = False, deterministic: bool = False, allow_tf32: bool = True, fp32_precision: str = "none"
) -> Iterator[None]:
    """Within, the switches are set so."""
    del fp32_precision
    names = ("enabled", "deterministic", "allow_tf32")
    if allow_tf32:
        warn_once(_NO_INTEL)
    before = {name: globals()[name] for name in names}
    globals().update(zip(names, (enabled, deterministic, allow_tf32), strict=True))
    try:
        yield
    finally:
        globals().update(before)
