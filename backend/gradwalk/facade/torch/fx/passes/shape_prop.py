"""``torch.fx.passes.shape_prop``: the shapes that a run gives, noted at each node."""

from __future__ import annotations

from typing import Any, NamedTuple

from gradwalk.engine import Tensor
from gradwalk.engine.memory_format import channels_last, channels_last_3d, contiguous_format

from ..interpreter import Interpreter
from ..node import Node, map_aggregate

__all__ = ["ShapeProp", "TensorMetadata"]


class TensorMetadata(NamedTuple):
    """What is noted of a tensor."""

    shape: Any
    dtype: Any
    requires_grad: bool
    stride: tuple[int, ...]
    memory_format: Any
    is_quantized: bool
    qparams: dict[str, Any]


def _noted(x: Tensor) -> TensorMetadata:
    formats = (contiguous_format, channels_last, channels_last_3d)
    found = next((f for f in formats if x.is_contiguous(memory_format=f)), None)
    return TensorMetadata(x.shape, x.dtype, x.requires_grad, x.stride(), found, False, {})


class ShapeProp(Interpreter):
    """Runs a graph and notes at each node what it gave: ``node.meta["tensor_meta"]`` and ``["type"]``."""

    __module__ = "torch.fx.passes.shape_prop"

    def run_node(self, n: Node) -> Any:
        """What one node gives; noted there."""
        result = super().run_node(n)
        found = False

        def note(x: Any) -> Any:
            nonlocal found
            if not isinstance(x, Tensor):
                return x
            found = True
            return _noted(x)

        noted = map_aggregate(result, note)
        if found:
            n.meta["tensor_meta"] = noted
        n.meta["type"] = type(result)
        return result

    def propagate(self, *args: Any) -> Any:
        """Run with these arguments."""
        return super().run(*args)
