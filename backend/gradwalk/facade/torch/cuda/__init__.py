"""``torch.cuda`` of a PyTorch without CUDA: it says that there is none, and refuses what needs one."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import amp

__all__ = [
    "amp",
    "current_device", "current_stream", "device_count", "empty_cache", "get_device_capability", "get_device_name",
    "get_device_properties", "init", "initial_seed", "is_available", "is_bf16_supported", "is_initialized",
    "manual_seed", "manual_seed_all", "max_memory_allocated", "max_memory_reserved", "memory_allocated",
    "memory_reserved", "seed", "seed_all", "synchronize",
]  # fmt: skip


def is_available() -> bool:
    """There is no GPU."""
    return False


def is_initialized() -> bool:
    """Nothing was to be initialised."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Not without a GPU."""
    return False


def device_count() -> int:
    """None."""
    return 0


def manual_seed(seed: int) -> None:
    """Nothing draws from a GPU's generator."""
    int(seed)


manual_seed_all = manual_seed


def seed() -> None:
    """Nothing draws from a GPU's generator."""


seed_all = empty_cache = seed


def memory_allocated(device: Any = None) -> int:
    """A GPU that is not there holds nothing."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def synchronize(*arguments: Any, **named: Any) -> Any:
    """Raises AssertionError, like all that needs a GPU."""
    raise AssertionError("Torch not compiled with CUDA enabled")


current_device = current_stream = get_device_capability = get_device_name = get_device_properties = synchronize
init = initial_seed = synchronize


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda", name)
