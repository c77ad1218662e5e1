"""``torch.backends``: which libraries there are below, and their switches, which change nothing here."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import cuda, cudnn, mkl, mkldnn, mps

openmp = mkl

__all__ = ["cuda", "cudnn", "mkl", "mkldnn", "mps", "openmp"]


def __getattr__(name: str) -> Any:
    raise missing("torch.backends", name)
