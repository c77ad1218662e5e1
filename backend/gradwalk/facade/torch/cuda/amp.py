"""``torch.cuda.amp``: the old names for ``torch.amp``."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.warn import warn

from .. import amp
from .._missing import missing
from .._paths import lay

__all__ = ["GradScaler", "amp_definitely_not_available", "autocast", "custom_bwd", "custom_fwd"]

_OLD = "`torch.cuda.amp.{0}(args...)` is deprecated. Please use `torch.amp.{0}('cuda', args...)` instead."

_OLD_DECORATOR = (
    "`torch.cuda.amp.{0}(args...)` is deprecated. Please use `torch.amp.{0}(args..., device_type='cuda')` instead."
)


class autocast(amp.autocast):  # noqa: N801 (PyTorch's name)
    """:class:`torch.amp.autocast` for GPUs."""

    __module__ = "torch.cuda.amp.autocast_mode"

    def __init__(self, enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> None:
        warn(_OLD.format("autocast"), FutureWarning)
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """:class:`torch.amp.GradScaler` for GPUs."""

    __module__ = "torch.cuda.amp.grad_scaler"

    def __init__(
        self, init_scale: float = 65536.0, growth_factor: float = 2.0, backoff_factor: float = 0.5,
        growth_interval: int = 2000, enabled: bool = True,
    ) -> None:  # fmt: skip
        warn(_OLD.format("GradScaler"), FutureWarning)
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


def custom_fwd(fwd: Any = None, *, cast_inputs: Any = None) -> Any:
    """:func:`torch.amp.custom_fwd` for GPUs."""
    warn(_OLD_DECORATOR.format("custom_fwd"), FutureWarning)
    return amp.custom_fwd(fwd, device_type="cuda", cast_inputs=cast_inputs)


def custom_bwd(bwd: Any) -> Any:
    """:func:`torch.amp.custom_bwd` for GPUs."""
    warn(_OLD_DECORATOR.format("custom_bwd"), FutureWarning)
    return amp.custom_bwd(bwd, device_type="cuda")


def amp_definitely_not_available() -> bool:
    """There is no GPU."""
    return True


lay(f"{__name__}.autocast_mode", "autocast custom_bwd custom_fwd", globals())
lay(f"{__name__}.common", "amp_definitely_not_available", globals())
lay(f"{__name__}.grad_scaler", "GradScaler", globals())


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda.amp", name)
