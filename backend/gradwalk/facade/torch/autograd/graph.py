"""``torch.autograd.graph``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.apply import gradient_edge
from gradwalk.engine.graph import Node
from gradwalk.engine.saved import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks

from .._missing import missing
from ._multi_grad import register_multi_grad_hook
from ._mutation import allow_mutation_on_saved_tensors

__all__ = [
    "Node", "allow_mutation_on_saved_tensors", "disable_saved_tensors_hooks", "get_gradient_edge",
    "register_multi_grad_hook", "save_on_cpu", "saved_tensors_hooks",
]  # fmt: skip

get_gradient_edge = gradient_edge


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.graph", name)
