"""``torch.autograd.forward_ad``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import grad_mode
from gradwalk.engine.forward_ad import (
    UnpackedDualTensor,
    dual_level,
    enter_dual_level,
    exit_dual_level,
    make_dual,
    unpack_dual,
)

from .._missing import missing

__all__ = ["UnpackedDualTensor", "dual_level", "enter_dual_level", "exit_dual_level", "make_dual", "unpack_dual"]


def __getattr__(name: str) -> Any:
    if name == "_current_level":
        return -1 if grad_mode._State.dual is None else 0
    raise missing(__name__, name)
