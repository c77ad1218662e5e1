"""``torch._C``: names of PyTorch's inside that editors complete and libraries take."""

# ruff: noqa: N999  (the name is PyTorch's)

from __future__ import annotations

from typing import Any

from gradwalk.engine.device import device
from gradwalk.engine.dtypes import dtype
from gradwalk.engine.layout import layout
from gradwalk.engine.memory_format import memory_format
from gradwalk.engine.ops._matrix_checks import LinAlgError as _LinAlgError
from gradwalk.engine.overrides import MODES, plainly
from gradwalk.engine.overrides import disabled as _disabled_torch_function_impl
from gradwalk.engine.random import Generator
from gradwalk.engine.size import Size

__all__ = [
    "DisableTorchFunction", "DisableTorchFunctionSubclass", "Generator", "Size", "_LinAlgError",
    "_disabled_torch_function_impl", "_get_tracing_state", "_log_api_usage_once", "device", "dtype", "layout",
    "memory_format",
]  # fmt: skip


class DisableTorchFunction:
    """Calls on subclasses are made as on tensors while it is entered, and no mode sees them."""

    def __enter__(self) -> None:
        plainly().__enter__()

    def __exit__(self, *_: object) -> None:
        plainly().__exit__()


class DisableTorchFunctionSubclass(DisableTorchFunction):
    """The same, but a mode would see them: there must be none."""

    def __enter__(self) -> None:
        if MODES:
            raise NotImplementedError("Gradwalk has no DisableTorchFunctionSubclass within a mode: leave it first.")
        super().__enter__()


def _get_tracing_state() -> None:
    """Nothing is traced."""


def _log_api_usage_once(event: str) -> None:
    """Nobody counts."""


def __getattr__(name: str) -> Any:
    raise AttributeError(
        f"module 'torch._C' has no attribute '{name}': of PyTorch's names in C++ Gradwalk has a few; use a public one."
    )
