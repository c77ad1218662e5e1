"""``torch.utils``."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from .._refused_parts import lay_refused
from . import _pytree, backcompat, checkpoint, data, hooks
from .swapping import swap_tensors

__all__ = ["_pytree", "backcompat", "checkpoint", "data", "hooks", "swap_tensors"]

lay_refused(__name__)


def __getattr__(name: str) -> Any:
    raise missing("torch.utils", name)
