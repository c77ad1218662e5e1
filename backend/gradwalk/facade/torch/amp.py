"""``torch.amp`` of a PyTorch without CUDA: mixed precision on the CPU; what is meant for a GPU switches itself off, and
says so."""

from __future__ import annotations

import functools
from typing import Any

from gradwalk.engine import dtypes
from gradwalk.engine.autocast import State, set_enabled
from gradwalk.engine.device import device
from gradwalk.engine.tensor import Tensor
from gradwalk.engine.warn import warn

from ._missing import missing
from ._paths import lay
from ._scaling import GradScaler

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]


def is_autocast_available(device_type: str) -> bool:
    """PyTorch has it for processors and for GPUs."""
    return device_type in ("cpu", "cuda")


class autocast:  # noqa: N801 (PyTorch's name)
    """Within the ``with`` block, ops get their operands in the dtypes of PyTorch's lists for the CPU
    (:mod:`gradwalk.engine.autocast`)."""

    __module__ = "torch.amp.autocast_mode"

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.device = device(device_type).type
        self.fast_dtype = get_autocast_dtype(self.device) if dtype is None else dtype
        self._cache_enabled = State.caches if cache_enabled is None else cache_enabled
        if enabled and self.device == "cuda":
            warn("CUDA is not available or torch_xla is imported. Disabling autocast.")
            enabled = False
        elif self.device == "cpu" and self.fast_dtype not in (dtypes.bfloat16, dtypes.float16) and enabled:
            warn(
                "In CPU autocast, but the target dtype is not supported. Disabling autocast.\n"
                "CPU Autocast only supports dtypes of torch.bfloat16, torch.float16 currently."
            )
            enabled = False
        self._enabled = enabled
        self._before: list[tuple[bool, Any, bool]] = []

    def __enter__(self) -> autocast:
        self._before.append((State.enabled, State.dtype, State.caches))
        State.nesting += 1
        State.caches = self._cache_enabled
        if self.device == "cpu":
            State.dtype = self.fast_dtype
            set_enabled(self._enabled)
        return self

    def __exit__(self, *_: object) -> None:
        State.nesting -= 1
        if not State.nesting:
            State.cache.clear()
        enabled, State.dtype, State.caches = self._before.pop()
        set_enabled(enabled)

    def __call__(self, f: Any) -> Any:
        """``f``, run within the block."""

        @functools.wraps(f)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            with self:
                return f(*args, **kwargs)

        decorated.__script_unsupported = "@autocast() decorator is not supported in script mode"  # type: ignore[attr-defined]
        return decorated


def custom_fwd(fwd: Any = None, *, device_type: str, cast_inputs: Any = None) -> Any:
    """Decorates a custom function's ``forward``: its context learns how autocast stood, for ``custom_bwd``. With
    ``cast_inputs`` and autocast on, floating operands come in that dtype and autocast is off within."""
    _check_type(device_type)
    if fwd is None:
        return functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)

    @functools.wraps(fwd)
    def decorated(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        ctx._dtype = get_autocast_dtype(device_type)
        on = is_autocast_enabled(device_type)
        ctx._fwd_used_autocast = on and cast_inputs is None
        if cast_inputs is None or not on:
            return fwd(ctx, *args, **kwargs)
        with autocast(device_type, enabled=False):
            return fwd(ctx, *_cast(args, device_type, cast_inputs), **_cast(kwargs, device_type, cast_inputs))

    return decorated


def custom_bwd(bwd: Any = None, *, device_type: str) -> Any:
    """Decorates a custom function's ``backward``: autocast stands as it stood in ``forward``."""
    _check_type(device_type)
    if bwd is None:
        return functools.partial(custom_bwd, device_type=device_type)

    @functools.wraps(bwd)
    def decorated(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        with autocast(device_type, ctx._dtype, enabled=ctx._fwd_used_autocast):
            return bwd(ctx, *args, **kwargs)

    return decorated


def _check_type(device_type: Any) -> None:
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")


def _cast(value: Any, device_type: str, dtype: Any) -> Any:
    """Floating tensors of a nest in another dtype, but those of double precision."""
    if isinstance(value, Tensor):
        castable = value.is_floating_point() and value.device.type == device_type and value.dtype != dtypes.float64
        return value.to(dtype) if castable else value
    if isinstance(value, dict):
        return {_cast(k, device_type, dtype): _cast(v, device_type, dtype) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_cast(x, device_type, dtype) for x in value)
    return value


def is_autocast_enabled(device_type: Any = None) -> bool:
    """Whether it is on for a kind of device, for GPUs if none is named."""
    return State.enabled if device_type is not None and device(device_type).type == "cpu" else False


def set_autocast_enabled(*args: Any) -> None:
    """Turn it on or off, until it is told otherwise."""
    if len(args) == 2 and device(args[0]).type == "cpu":
        set_enabled(bool(args[1]))


def get_autocast_dtype(device_type: str) -> Any:
    """The dtype of lower precision."""
    return State.dtype if device(device_type).type == "cpu" else dtypes.float16


def set_autocast_dtype(device_type: str, dtype: Any) -> None:
    """Change it for the CPU."""
    if device(device_type).type == "cpu":
        State.dtype = dtype


def is_autocast_cache_enabled() -> bool:
    """Whether each leaf is cast once."""
    return State.caches


def set_autocast_cache_enabled(enabled: bool) -> None:
    """Have each leaf be cast once, or each time."""
    State.caches = enabled


def clear_autocast_cache() -> None:
    """Forget what leaves were cast to."""
    State.cache.clear()


def is_autocast_cpu_enabled() -> bool:
    """The old name of ``is_autocast_enabled("cpu")``."""
    warn(_DEPRECATED.format("is_autocast_cpu_enabled", "is_autocast_enabled('cpu')", 883), DeprecationWarning)
    return State.enabled


def get_autocast_cpu_dtype() -> Any:
    """The old name of ``get_autocast_dtype("cpu")``."""
    warn(_DEPRECATED.format("get_autocast_cpu_dtype", "get_autocast_dtype('cpu')", 1016), DeprecationWarning)
    return State.dtype


def get_autocast_gpu_dtype() -> Any:
    """The old name of ``get_autocast_dtype("cuda")``."""
    warn(_DEPRECATED.format("get_autocast_gpu_dtype", "get_autocast_dtype('cuda')", 1007), DeprecationWarning)
    return dtypes.float16


_DEPRECATED = (
    "torch.{}() is deprecated. Please use torch.{} instead. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/autograd/init.cpp:{}.)"
)


lay(f"{__name__}.autocast_mode", "autocast custom_bwd custom_fwd is_autocast_available", globals())
lay(f"{__name__}.grad_scaler", "GradScaler", globals())


def __getattr__(name: str) -> Any:
    raise missing("torch.amp", name)
