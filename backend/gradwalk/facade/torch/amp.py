"""``torch.amp`` of a PyTorch without CUDA: mixed precision meant for a GPU switches itself off, and says so."""

from __future__ import annotations

import functools
from typing import Any

from gradwalk.engine.device import device
from gradwalk.engine.warn import warn

from ._missing import missing

__all__ = ["GradScaler", "autocast", "is_autocast_available"]


def is_autocast_available(device_type: str) -> bool:
    """PyTorch has it for processors and for GPUs."""
    return device_type in ("cpu", "cuda")


class autocast:  # noqa: N801 (PyTorch's name)
    """Changes no precision. Raises RuntimeError if enabled for the CPU, where PyTorch computes in bfloat16."""

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.device = device(device_type).type
        self.fast_dtype = dtype
        self._enabled = False
        if enabled and self.device == "cuda":
            warn("CUDA is not available or torch_xla is imported. Disabling autocast.")
        elif enabled:
            raise RuntimeError(
                "Gradwalk computes everything in the dtype it has and cannot change the precision by itself; leave "
                "torch.autocast out, or pass enabled=False."
            )

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, f: Any) -> Any:
        """``f`` itself, as a decorator gives it."""

        @functools.wraps(f)
        def decorated(*args: Any, **kwargs: Any) -> Any:
            with self:
                return f(*args, **kwargs)

        return decorated


class GradScaler:
    """Scales nothing. Raises RuntimeError if it is enabled for the CPU."""

    def __init__(
        self, device: str = "cuda", init_scale: float = 65536.0, growth_factor: float = 2.0,
        backoff_factor: float = 0.5, growth_interval: int = 2000, enabled: bool = True,
    ) -> None:  # fmt: skip
        self._enabled = False
        if enabled and device == "cuda":
            warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
        elif enabled:
            raise RuntimeError("Gradwalk scales no losses; leave the GradScaler out, or pass enabled=False.")

    def is_enabled(self) -> bool:
        """Never."""
        return False

    def scale(self, outputs: Any) -> Any:
        """What is given."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing is scaled."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """The optimizer's step."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        """Nothing is scaled."""

    def get_scale(self) -> float:
        """One."""
        return 1.0

    def state_dict(self) -> dict[str, Any]:
        """Nothing is kept."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing is kept."""


def __getattr__(name: str) -> Any:
    raise missing("torch.amp", name)
