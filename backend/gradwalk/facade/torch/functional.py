"""``torch.functional``: the part of ``torch`` that PyTorch writes in Python."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import FUNCTIONS, Tensor

from ._missing import missing
from .nn import functional as F  # noqa: N812 (scripts take it from here)

_NAMES = (
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_shapes", "broadcast_tensors", "cartesian_prod", "block_diag",
    "cdist", "chain_matmul", "einsum", "istft", "lu", "meshgrid", "norm", "pca_lowrank", "split", "stft", "svd_lowrank",
    "tensordot", "unique", "unique_consecutive", "unravel_index",
)  # fmt: skip

__all__ = ["F", "Tensor", *(name for name in _NAMES if name in FUNCTIONS)]

globals().update({name: FUNCTIONS[name] for name in _NAMES if name in FUNCTIONS})


def __getattr__(name: str) -> Any:
    raise missing("torch.functional", name)
