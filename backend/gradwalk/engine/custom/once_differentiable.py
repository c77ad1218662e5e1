"""``once_differentiable``: a ``backward`` of the user's whose own gradient must not be taken."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container
from typing import Any

import numpy as np

from .. import grad_mode
from ..dtypes import Array
from ..graph import LAST, NO_EDGE, Node, expected
from ..history import accumulator, gradient_edge
from ..tensor import Tensor, wrap

_ONCE = "trying to differentiate twice a function that was marked with @once_differentiable"


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """For a ``backward`` whose own gradient must not be taken: what it gives cannot be differentiated."""

    @functools.wraps(backward)
    def wrapper(ctx: Any, *gradients: Any) -> Any:
        with grad_mode.set_grad_enabled(False):
            returned = backward(ctx, *gradients)
        if not grad_mode._State.enabled or not any(isinstance(x, Tensor) and x.requires_grad for x in gradients):
            return returned
        given = returned if isinstance(returned, tuple) else (returned,)
        refusal = RefusingNode(None, (), {})
        delayed = tuple([refusal.of(x) for x in given])
        return delayed if isinstance(returned, tuple) else delayed[0]

    return wrapper


def refused(tensor: Tensor, words: str) -> Tensor | None:
    """The tensor, whose gradient is refused in these words."""
    node = RefusingNode(None, (), {})
    node.words = words
    result = node.of(tensor)
    node.edges = (gradient_edge(tensor),)  # who asks for what lies behind comes by here
    return result


class RefusingNode(Node):
    """The node of what must not be differentiated: it raises when a gradient arrives."""

    __slots__ = ("words",)
    words: str
    __module__ = "builtins"

    def of(self, tensor: Tensor | None) -> Tensor | None:
        """The tensor, as one more result of this node; of none there is an edge to nowhere."""
        if tensor is None:
            self.edges, self.outputs = (*self.edges, NO_EDGE), (*self.outputs, expected(_NOTHING))
            return None
        leaf, result = wrap(tensor._array, tensor._storage), wrap(tensor._array, tensor._storage)
        self.edges = (*self.edges, (accumulator(leaf), 0))
        result._grad_fn, result._output_nr, result._requires_grad = self, len(self.outputs), True
        self.outputs = (*self.outputs, expected(tensor._array))
        self.sequence_nr = LAST
        return result

    def name(self) -> str:
        return "torch::autograd::Error"

    def vjp(self, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
        raise RuntimeError(getattr(self, "words", _ONCE))


_NOTHING: Array = np.zeros(0)
RefusingNode.__name__ = "Error"
