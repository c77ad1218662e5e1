"""What an observer is told was applied, where it was a ``torch.autograd.Function``."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from ..op import Op


class CustomOp(Op):
    """What an observer is told was applied: the Function, under its name, without formulas."""

    __slots__ = ()

    def __init__(self, name: str, operands: tuple[str, ...]) -> None:
        self.name = name
        self.category = "custom"
        self.operands = operands
        self.params = {}
        self.vjps = {}
        self.saveable = ()
        self.saves = self.hidden = frozenset()
        self.takes_list = self.is_view = False
        self.promotion = self.forward_text = None
        self.grad_fn = name + "Backward"


@functools.lru_cache(maxsize=256)
def op_of(function: Any, count: int, base: Any) -> CustomOp:
    """The op of a Function, a subclass of ``base``, on so many arguments, which it calls as ``forward`` does."""
    names = [
        x.name
        for x in inspect.signature(function.forward).parameters.values()
        if x.kind in (x.POSITIONAL_ONLY, x.POSITIONAL_OR_KEYWORD)
    ]
    if function.setup_context is base.setup_context:
        names = names[1:]
    return CustomOp(function.__name__, (*names[:count], *(f"input[{i}]" for i in range(len(names), count))))
