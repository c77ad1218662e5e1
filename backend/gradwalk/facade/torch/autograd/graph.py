"""``torch.autograd.graph``."""

from __future__ import annotations

from gradwalk.engine.graph import Node

__all__ = ["Node"]
