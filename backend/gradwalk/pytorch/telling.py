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
from gradwalk.pytorch.mirror import Mirror


class Teller:
    """What stands between real tensors and the observer of the tensors that stand for them."""

    def __init__(self, observer: Observer, mirror: Mirror) -> None:
        self.observer = observer
        self.mirror = mirror
        self.began_before = False
        """Whether there may be tensors from before: the first that is heard of one is told of."""

    def applied(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Tensor], node: Node | None
    ) -> None:
        """An op was applied."""
        self.observer.op_applied(op, operands, params, outputs, node)

    def met(self, real: torch.Tensor) -> Tensor:
        """What stands for a tensor; one from before is told of."""
        if self.began_before and not self.mirror.knows(real):
            self.applied(calls.GIVEN, (), {}, (self.mirror.tensor(real),), None)
        return self.mirror.tensor(real)

    def made_of(self, name: str, real: torch.Tensor, data: torch.Tensor) -> None:
        """A parameter or buffer was made of a tensor."""
        given = self.met(data)
        self.applied(OPS[name], (given,), {"array": None}, (self.mirror.tensor(real, given),), None)
