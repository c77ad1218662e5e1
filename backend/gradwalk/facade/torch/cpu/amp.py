"""``torch.cpu.amp``: the old names for ``torch.amp`` on the CPU."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import dtypes
from gradwalk.engine.warn import warn

from .. import amp
from .._missing import missing

__all__ = ["GradScaler", "autocast"]

_OLD = "`torch.cpu.amp.{0}(args...)` is deprecated. Please use `torch.amp.{0}('cpu', args...)` instead."


class autocast(amp.autocast):  # noqa: N801 (PyTorch's name)
    """:class:`torch.amp.autocast` for the CPU."""

    __module__ = "torch.cpu.amp.autocast_mode"

    def __init__(self, enabled: bool = True, dtype: Any = dtypes.bfloat16, cache_enabled: bool = True) -> None:
        warn(_OLD.format("autocast"), FutureWarning)
        super().__init__("cpu", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """:class:`torch.amp.GradScaler` for the CPU."""

    __module__ = "torch.cpu.amp.grad_scaler"

    def __init__(
        self, init_scale: float = 65536.0, growth_factor: float = 2.0, backoff_factor: float = 0.5,
        growth_interval: int = 2000, enabled: bool = True,
    ) -> None:  # fmt: skip
        warn(_OLD.format("GradScaler"), FutureWarning)
        super().__init__("cpu", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


def __getattr__(name: str) -> Any:
    raise missing("torch.cpu.amp", name)
