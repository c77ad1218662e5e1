"""``torch.nn.utils.init``: a module whose parameters nobody fills."""

from __future__ import annotations

import inspect
from typing import Any

from gradwalk.engine.device import check_device
from gradwalk.engine.random import get_rng_state, set_rng_state
from gradwalk.engine.surface.registry import FUNCTIONS

from ..modules.module import Module

__all__ = ["skip_init"]


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """A module of this class with parameters and buffers as ``empty`` makes them: nothing is drawn for them."""
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    check_device(kwargs.pop("device", "cpu"))
    drawn = get_rng_state()
    try:
        return module_cls(*args, **kwargs)._apply(FUNCTIONS["empty_like"])
    finally:
        set_rng_state(drawn)
