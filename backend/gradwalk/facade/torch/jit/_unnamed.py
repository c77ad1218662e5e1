"""Nodes of which PyTorch's compiler decides what they are called. Where a tensor meets a number the op is another than
Python's (``MulBackward1``); from the second call on, what is scripted runs as a few blocks of several ops, each with
one node."""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

from gradwalk.engine import Tensor
from gradwalk.engine.graph import Node, next_sequence_number

from ._passing import Passing

_WORDS = (
    "PyTorch compiles what torch.jit is given, and its compiler decides which grad_fn this tensor has; Gradwalk runs "
    "it op by op. Print the tensor's detach(), or leave torch.jit out."
)


def _refuse(*_: Any) -> NoReturn:
    raise NotImplementedError(_WORDS)


@cache
def _unnamed(kind: type[Node]) -> type[Node]:
    """The same class of nodes, which does not say what they are."""
    inside: dict[str, Any] = {"__slots__": (), "__module__": kind.__module__, "name": _refuse, "__repr__": _refuse}
    return type(kind.__name__, (kind,), inside | {"next_functions": property(_refuse)})


def mark() -> int:
    """A number that comes before those of nodes that are made from now on."""
    return next_sequence_number()


def take_names(results: Any, since: int) -> None:
    """Have the nodes that made these results not say what they are, where several were made since the mark: PyTorch
    compiles no single one."""
    for tensor in _tensors(results):
        node = tensor.grad_fn if tensor.requires_grad else None
        if node is not None and _several(node, since):
            hide(node)


def hide(node: Any) -> None:
    """Have a node not say what it is."""
    if type(node).__module__ == "builtins" and type(node).name is not _refuse:
        kind: type[Node] = type(node)
        node.__class__ = _unnamed(kind)  # type: ignore[arg-type]  # classes have a hash


def is_called_otherwise(op: Any, operands: Any, node: Any) -> bool:
    """Whether a node was made by an op that PyTorch's compiler takes for another: of a tensor and a number
    (``MulBackward1``), or a convolution (``ConvolutionBackward1``)."""
    return node is not None and (
        op.name == "convolution" or any(isinstance(value, bool | int | float | complex) for value in operands)
    )


class Scripted(Passing):
    """Watches a scripted call for nodes that PyTorch would call otherwise than Python's ops."""

    def op_applied(self, op: Any, operands: Any, params: Any, outputs: Any, node: Any) -> None:
        """See :meth:`Observer.op_applied`."""
        self.further.op_applied(op, operands, params, outputs, node)
        if is_called_otherwise(op, operands, node):
            hide(node)


def _several(node: Any, since: int) -> bool:
    return node.sequence_nr >= since and any(
        after is not None and since <= getattr(after, "sequence_nr", -1) < 2**63 for after, _ in node.edges
    )


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return [tensor for each in inside for tensor in _tensors(each)]
