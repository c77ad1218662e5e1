"""``torch.types``: names for the types of arguments, which scripts write beside theirs."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.device import device as _device
from gradwalk.engine.dtypes import dtype as _dtype
from gradwalk.engine.size import Size

from ._missing import missing

__all__ = ["Device", "Number", "Size", "Tensor", "_device", "_dtype", "_size"]

Number = int | float | bool
_Number = (int, float, bool)
Device = _device | str | int | None
_size = Size | list[int] | tuple[int, ...]
_int, _float, _bool = int, float, bool


def __getattr__(name: str) -> Any:
    raise missing("torch.types", name)
