"""A hook of several tensors: called once in a backward pass, when all their gradients, or the first, have come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from gradwalk.engine import Tensor
from gradwalk.engine.backward import BackwardPass
from gradwalk.engine.history import gradient_edge


class _MultiHandle:
    """What takes the hook away from all its tensors."""

    __module__ = "torch.autograd.graph"
    __qualname__ = "_MultiHandle"

    def __init__(self, handles: tuple[Any, ...]) -> None:
        self.handles = handles

    def remove(self) -> None:
        """Take the hook away."""
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> _MultiHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def register_multi_grad_hook(
    tensors: Sequence[Tensor], fn: Callable[..., None], *, mode: Literal["all", "any"] = "all"
) -> _MultiHandle:
    """Call ``fn`` with the gradients of all tensors, None for those the pass does not reach; or with the first one.

    Raises AssertionError for a tensor without a gradient, where all are waited for.
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    if mode == "any":
        tensors = [tensor for tensor in tensors if tensor.requires_grad]
    nodes = [gradient_edge(tensor)[0] for tensor in tensors]
    if any(node is None for node in nodes):
        raise AssertionError("Expected gradient function to be set")
    come: dict[BackwardPass, list[Any]] = {}

    def hook_of(index: int) -> Callable[[Tensor], None]:
        def hook(gradient: Tensor) -> None:
            running = BackwardPass.running()
            assert running is not None
            if running not in come:
                come.clear()
                come[running] = [None] * len(nodes)
                if mode == "any":
                    fn(gradient)
            found = come[running]
            found[index] = gradient
            reached = [running.reaches(node) for node in nodes if node is not None]
            if mode == "all" and sum(x is not None for x in found) == sum(reached):
                fn(found)

        return hook

    return _MultiHandle(tuple(tensor.register_hook(hook_of(k)) for k, tensor in enumerate(tensors)))
