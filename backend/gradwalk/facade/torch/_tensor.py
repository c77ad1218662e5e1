"""``torch._tensor``: where PyTorch has the class of tensors."""

from __future__ import annotations

from gradwalk.engine import Tensor

__all__ = ["Tensor"]
