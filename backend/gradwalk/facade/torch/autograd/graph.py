"""``torch.autograd.graph``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.apply import gradient_edge
from gradwalk.engine.graph import Node
from gradwalk.engine.saved import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks

from .._missing import missing

__all__ = ["Node", "disable_saved_tensors_hooks", "get_gradient_edge", "save_on_cpu", "saved_tensors_hooks"]

get_gradient_edge = gradient_edge


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.graph", name)
