"""Tells the observer of ops in the engine's terms, and of tensors that were made unseen when they are first met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from gradwalk.engine.graph import Node
from gradwalk.engine.observe import Observer
from gradwalk.engine.op import OPS, Op
from gradwalk.engine.tensor import Tensor
from gradwalk.pytorch import calls
from gradwalk.pytorch.mirror import Mirror, MirroredStorage


class Teller:
    """What stands between real tensors and the observer of the tensors that stand for them."""

    def __init__(self, observer: Observer, mirror: Mirror) -> None:
        self.observer = observer
        self.mirror = mirror
        self.began_before = False
        """Whether there may be tensors from before: the first that is heard of one is told of."""
        self._made_last: Sequence[Tensor] = ()
        """What stands for the last tensors that were made; a parameter may be made of one, which is gone then."""

    def applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        """An op was applied."""
        self.observer.op_applied(op, operands, params, outputs, node)
        self._made_last = outputs

    def met(self, real: torch.Tensor) -> Tensor:
        """What stands for a tensor; a parameter that is new is told of, and a tensor from before."""
        if self.mirror.knows(real):
            return self.mirror.tensor(real)
        if isinstance(real, torch.nn.Parameter):
            self._parameter(real)
        elif self.began_before:
            self._given(real)
        return self.mirror.tensor(real)

    def meet_parameter(self, args: Sequence[Any]) -> None:
        """A parameter is made without a call: the first that is asked of it says that it is there."""
        if args and isinstance(args[0], torch.nn.Parameter):
            self.met(args[0])

    def _parameter(self, real: torch.Tensor) -> None:
        """A parameter that has not been met: one made of a tensor that has been was made just now."""
        lying = (x for x in self._made_last if isinstance(x._storage, MirroredStorage) and x._storage.is_of(real))
        given = next(lying, None)
        if given is not None:
            made = self.mirror.tensor(real, given)
            self.applied(OPS["Parameter"], (given,), {"array": None}, (made,), None)
        elif self.began_before:
            self._given(real)

    def _given(self, real: torch.Tensor) -> None:
        self.applied(calls.GIVEN, (), {}, (self.mirror.tensor(real),), None)
