"""How a transform starts a graph of its own and tells what of it belongs to a graph outside.

A transform differentiates with respect to fresh leaves. What it gives is part of a graph only if it also depends on
something outside that requires grad: another transform's leaf, or a tensor of the user's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.autograd import grad
from gradwalk.engine.grad_mode import is_grad_enabled
from gradwalk.engine.graph import AccumulateGrad, Node
from gradwalk.engine.ops.creation import zeros_like

from ..utils._pytree import leaves, tree_map


class Level:
    """One run of a transform: the leaves it differentiates with respect to."""

    def __init__(self) -> None:
        self._was_enabled = is_grad_enabled()
        self._own: list[Any] = []

    def start(self, tree: Any) -> Any:
        """The tree with leaves of this level. Raises ValueError for what is no tensor."""
        return tree_map(self._start, tree)

    def _start(self, x: Any) -> Any:
        if not isinstance(x, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(x)}")
        tensor: Any = x
        fresh = tensor.view_as(tensor) if tensor.requires_grad else tensor.detach().requires_grad_()
        self._own.append(fresh)
        return fresh

    def is_inside(self, outputs: Sequence[Any]) -> bool:
        """Whether outputs depend on something that requires grad outside of this level."""
        if not self._was_enabled:
            return False
        mine = {id(x) for x in self._own}
        seen: set[int] = set()
        stack: list[Node] = [x.grad_fn for x in outputs if isinstance(x, Tensor) and x.grad_fn is not None]
        if any(x.grad_fn is None and x.requires_grad and id(x) not in mine for x in outputs if isinstance(x, Tensor)):
            return True
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, AccumulateGrad) and id(node.variable) not in mine:
                return True
            stack += [following for following, _ in node.edges if following is not None]
        return False

    def finished(self, tree: Any) -> Any:
        """The tree as it is seen from outside."""
        return tree if self.is_inside(leaves(tree)) else tree_map(_detached, tree)


def _detached(x: Any) -> Any:
    return x.detach() if isinstance(x, Tensor) and x.requires_grad else x


def pull(outputs: Sequence[Any], inputs: Sequence[Any], cotangents: Sequence[Any], create_graph: bool) -> list[Any]:
    """Gradients of outputs, zeros where nothing arrives."""
    kept = [(x, v) for x, v in zip(outputs, cotangents, strict=True) if x.requires_grad]
    if not kept:
        return [zeros_like(x.detach()) for x in inputs]
    found = grad(
        [x for x, _ in kept], inputs, [v for _, v in kept], create_graph=create_graph, retain_graph=True,
        allow_unused=True,
    )  # fmt: skip
    return [zeros_like(x.detach()) if g is None else g for g, x in zip(found, inputs, strict=True)]
