"""``torch.autograd.graph``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from gradwalk.engine.gradient_edges import GradientEdge, get_gradient_edge
from gradwalk.engine.graph import Node
from gradwalk.engine.observe import observer
from gradwalk.engine.saved import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks
from gradwalk.engine.tensor import Tensor

from .._missing import missing
from ._multi_grad import register_multi_grad_hook
from ._mutation import allow_mutation_on_saved_tensors

__all__ = [
    "GradientEdge", "Node", "allow_mutation_on_saved_tensors", "disable_saved_tensors_hooks", "get_gradient_edge",
    "increment_version", "region_activation_memory_budget", "register_multi_grad_hook", "save_on_cpu",
    "saved_tensors_hooks", "set_override_stale_capture_stream", "set_warn_on_accumulate_grad_stream_mismatch",
]  # fmt: skip


def increment_version(tensor: Any) -> None:
    """Count a write into a tensor, or into each of several, that nothing else has seen. Raises RuntimeError for what
    holds no tensors."""
    given = (tensor,) if isinstance(tensor, Tensor) else tensor
    if not isinstance(given, Iterable):
        raise RuntimeError("increment_version expect a Iterable[Tensor] as input")
    observer().about_to_change()
    for each in given:
        each._storage.version += 1


class region_activation_memory_budget:  # noqa: N801 (the name is PyTorch's)
    """Refused when it is entered, as in PyTorch: it is for what is compiled, and nothing is."""

    def __init__(self, budget: float) -> None:
        self.budget = budget

    def __enter__(self) -> NoReturn:
        raise RuntimeError(
            "torch.autograd.graph.region_activation_memory_budget can only be used inside a torch.compile region; it "
            "has no effect in eager mode."
        )

    def __exit__(self, *_: object) -> None:
        """Never reached."""


def set_warn_on_accumulate_grad_stream_mismatch(enabled: bool) -> None:
    """Of the streams of a GPU: nothing here."""


def set_override_stale_capture_stream(enabled: bool) -> None:
    """Of the streams of a GPU: nothing here."""


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.graph", name)
