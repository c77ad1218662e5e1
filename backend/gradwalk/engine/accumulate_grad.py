"""The node in which a graph ends: one for each leaf."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .addresses import address
from .graph import LAST, Node, expected
from .hooks import Prehook, RemovableHandle
from .node_calls import refuse_other_than_gradients
from .observe import observer

if TYPE_CHECKING:
    from .tensor import Tensor


class AccumulateGrad(Node):
    """The sink of the graph: adds what arrives to the ``.grad`` of a leaf, ``variable``."""

    __slots__ = ("variable",)
    __module__ = "builtins"

    def __init__(self, variable: Tensor) -> None:
        self.op = None
        self.edges = ()
        self.kept = None
        self._saved = {}
        self.freed = False
        self.sequence_nr = LAST
        self.hooks = None
        self.mark = -1
        self._metadata = None
        self.variable = variable
        self.expect()

    def __call__(self, *gradients: Any, **named: Any) -> Any:
        refuse_other_than_gradients(gradients, named, len(self.outputs))
        raise NotImplementedError("Gradwalk's AccumulateGrad is not called by hand; add to the leaf's .grad.")

    def expect(self) -> None:
        """Let gradients come in the leaf's shape, and in its dtype or in the one that was set for them."""
        kind = self.variable.__dict__.get("_grad_dtype")
        shape, own = expected(self.variable._array)
        self.outputs = ((shape, own if kind is None else kind.numpy),)

    def stay(self) -> None:
        """Be held by the leaf, whose own hooks outlast the graphs that lead to it."""
        self.variable._accumulator = lambda: self

    def make_way(self) -> None:
        """Leave the leaf, whose dtype has changed, to a node that adds up gradients of that; its hooks go along."""
        self.variable._accumulator = None
        if self.hooks is not None and (self.hooks.of_tensors or self.hooks.after_accumulation):
            successor = AccumulateGrad(self.variable)
            hooks = successor.hooked()
            hooks.of_tensors, hooks.after_accumulation = self.hooks.of_tensors, self.hooks.after_accumulation
            successor.stay()

    def register_prehook(self, hook: Prehook) -> RemovableHandle:
        """Have it called until the last graph that leads here is gone, and this node with it."""
        observer().lifetimes_show()
        return super().register_prehook(hook)

    def register_hook(self, hook: Callable[[tuple[Any, ...], tuple[Any, ...]], Any]) -> RemovableHandle:
        """As :meth:`register_prehook`, after this node ran."""
        observer().lifetimes_show()
        return super().register_hook(hook)

    def name(self) -> str:
        return "torch::autograd::AccumulateGrad"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), "variable"]

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {address(self)}>"
