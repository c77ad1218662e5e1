"""For each node of PyTorch's backward graph one of the engine's that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from weakref import WeakValueDictionary

import torch

from gradwalk.engine.custom.node import FunctionNode
from gradwalk.engine.graph import LAST, Edge, Node
from gradwalk.engine.history import accumulator
from gradwalk.engine.tensor import Tensor


class MirroredNode(Node):
    """Stands for a node of PyTorch's, which it keeps: both are kept by the tensor that the node made."""

    __slots__ = ("real",)
    real: Any


class MirroredFunctionNode(FunctionNode):
    """Stands for the node of a Function that a user wrote."""

    real: Any

    def __init__(self, sequence_nr: int) -> None:
        Node.__init__(self, None, (), {}, sequence_nr)
        self.takes: tuple[bool, ...] = ()
        self.gives = ()

    def slot_of(self, position: int) -> int | None:
        return super().slot_of(position) if position < len(self.takes) else None


@cache
def _class(name: str, of_user: bool) -> type[Node]:
    return type(name, (MirroredFunctionNode if of_user else MirroredNode,), {} if of_user else {"__slots__": ()})


class Nodes:
    """The nodes that have been met. ``tensor`` gives what stands for a leaf."""

    def __init__(self, tensor: Callable[[torch.Tensor], Tensor]) -> None:
        self._tensor = tensor
        self._known: WeakValueDictionary[int, Node] = WeakValueDictionary()
        self._first = next_sequence_number()

    def node(self, real: Any) -> Node:
        """What stands for a node; nodes that it leads to are met with it."""
        known = self._met(real)
        if known is not None:
            return known
        # Without recursion: a graph that was there before is as deep as a model.
        made: list[tuple[Any, Node]] = []
        root = self._new(real, made)
        for each, node in made:  # grows
            node.edges = tuple(self._edge(following, nr, made) for following, nr in each.next_functions)
        return root

    def _edge(self, following: Any, nr: int, made: list[tuple[Any, Node]]) -> Edge:
        if following is None:
            return None, nr
        return self._met(following) or self._new(following, made), nr

    def _met(self, real: Any) -> Node | None:
        """What stands for a node that was met."""
        if type(real).__name__ == "AccumulateGrad":
            return accumulator(self._tensor(real.variable))
        return self._known.get(id(real))

    def _new(self, real: Any, made: list[tuple[Any, Node]]) -> Node:
        name = type(real).__name__
        number = real._sequence_nr()
        number = number if number == LAST else number - self._first
        node: Any
        if isinstance(real, torch.autograd.function.BackwardCFunction):
            node = _class(name, True)(number)  # type: ignore[call-arg]
        else:
            node = _class(name, False)(None, (), {}, number)
        node.real = real  # so that its ``id`` stays its own
        self._known[id(real)] = node
        made.append((real, node))
        new: Node = node
        return new


def next_sequence_number() -> int:
    """The number that PyTorch will give to the next node of this thread."""
    with torch.enable_grad():
        made = torch.zeros((), requires_grad=True).clone().grad_fn
    assert made is not None
    number: int = made._sequence_nr()
    return number + 1
