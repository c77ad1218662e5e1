"""The classes of nodes: one for each name that PyTorch prints, made when the first of its nodes is."""

from __future__ import annotations

from collections.abc import Container
from functools import partial
from typing import TYPE_CHECKING, Any

from .addresses import address
from .graph import LAST, NOT_ASKED, RAW, Edge, Node, attribute, is_tensor

if TYPE_CHECKING:
    from .op import Op

NUMBERLESS = "NotImplemented"
"""The name of the node that takes no sequence number of its own."""
NAMELESS = "Identity"
"""The name of the node whose class PyTorch does not tell from others."""


def _without_number(node: Node, op: Op | None, edges: tuple[Edge, ...], saved: dict[str, Any]) -> None:
    Node.__init__(node, op, edges, saved, LAST)


def _refuse(node: Node, gradients: list[Any], as_tensors: bool, wanted: Container[Node] | None = None) -> list[Any]:
    """Raise what the formulas of an op without derivative raise, wherever its gradient would go."""
    assert node.op is not None
    for formula in node.op.vjps.values():
        formula.call(gradients[0])
    return [None] * len(node.edges)


_node_classes: dict[str, type[Node]] = {}


def node_class(name: str) -> type[Node]:
    """The class whose instances are printed as ``<MulBackward0 object at 0x...>``; one per name."""
    found = _node_classes.get(name)
    if found is None:
        shown = "CppFunction" if name == NAMELESS else name
        found = type(shown, (Node,), {"__slots__": (), "__module__": "builtins"})
        if name in ("CopyBackwards", NUMBERLESS, NAMELESS):  # those nodes exist only in PyTorch's C++
            found.name = lambda self: f"torch::autograd::{name}"  # type: ignore[method-assign]
        if name == NUMBERLESS:
            found.__init__ = _without_number  # type: ignore[assignment, method-assign]
            found.vjp = _refuse  # type: ignore[assignment, method-assign]
            found.next_functions = property(lambda self: tuple(edge for edge in self.edges if edge is not NOT_ASKED))  # type: ignore[assignment, method-assign]
        found.__repr__ = lambda self: f"<{type(self).__name__} object at {address(self)}>"  # type: ignore[method-assign]
        _node_classes[name] = found
    return found


def node_class_of(op: Op) -> type[Node]:
    """The class of an op's nodes, which show what they save."""
    found = op.node_class
    if found is None:
        found = op.node_class = node_class(op.grad_fn or "")
        # Properties, not __getattr__: Python reads every attribute of a class that has one the slow way.
        for name in (*op.saveable, f"{op.operands[0]}_sizes") if op.takes_list else op.saveable:
            setattr(found, attribute(op, name), property(partial(_show, name)))
            if is_tensor(op, name):
                setattr(found, RAW + name, property(partial(_show_raw, name)))
    return found


def _show(name: str, node: Node) -> Any:
    return node._shown(name)


def _show_raw(name: str, node: Node) -> Any:
    return node._raw(name)
