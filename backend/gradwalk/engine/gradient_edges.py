"""``torch.autograd.graph.GradientEdge``: a place in the graph where a gradient arrives, in the place of its tensor."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .accumulate_grad import AccumulateGrad
from .graph import Node
from .history import gradient_edge
from .op import OPS
from .tensor import Tensor, wrap


class GradientEdge(NamedTuple):
    """Where a tensor's gradient arrives: the node that made it and which of its results it is."""

    node: Node
    output_nr: int
    ownership_token: Node | None = None


GradientEdge.__module__ = "torch.autograd.graph"


def get_gradient_edge(tensor: Any) -> GradientEdge:
    """The edge to a tensor. Raises RuntimeError for one that requires no gradient."""
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    node, output_nr = gradient_edge(tensor)
    assert node is not None
    token = OPS["view"](tensor, size=tensor.shape).grad_fn if node.runs_on_nothing else None
    return GradientEdge(node, output_nr, token)


def tensor_at(place: Any) -> Any:
    """A tensor for an edge: its leaf, or one whose gradient arrives there and whose numbers nobody reads. Anything
    else as it is."""
    if not isinstance(place, GradientEdge):
        return place
    node = place.node
    if isinstance(node, AccumulateGrad):
        return node.variable
    shape, dtype = node.outputs[place.output_nr]
    found: Tensor = wrap(np.zeros(shape, dtype))
    found._grad_fn, found._output_nr, found._requires_grad = node, place.output_nr, True
    return found
