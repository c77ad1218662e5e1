"""``torch.cuda`` of a PyTorch without CUDA: it says that there is none, and refuses what needs one."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import amp, nvtx

__all__ = [
    "Event", "Stream", "amp", "can_device_access_peer", "current_device", "current_stream", "default_stream",
    "device_count", "empty_cache", "get_arch_list", "get_device_capability", "get_device_name",
    "get_device_properties", "get_rng_state", "init", "initial_seed", "ipc_collect", "is_available",
    "is_bf16_supported", "is_initialized", "manual_seed", "manual_seed_all", "max_memory_allocated",
    "max_memory_reserved", "mem_get_info", "memory_allocated", "memory_reserved", "nvtx", "reset_peak_memory_stats",
    "seed", "seed_all", "set_device", "synchronize",
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
init = initial_seed = can_device_access_peer = default_stream = get_rng_state = ipc_collect = mem_get_info = synchronize


def set_device(device: Any) -> None:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise AttributeError("module 'torch._C' has no attribute '_cuda_setDevice'")


def reset_peak_memory_stats(device: Any = None) -> None:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise AttributeError("module 'torch._C' has no attribute '_cuda_resetPeakMemoryStats'")


def get_arch_list() -> list[str]:
    """No architectures."""
    return []


class _NotBuilt:
    """What PyTorch builds with CUDA only."""

    words: str

    def __init__(self, *arguments: Any, **named: Any) -> None:
        raise RuntimeError(self.words)


class Event(_NotBuilt):
    """A mark in a GPU's work."""

    words = "Tried to instantiate dummy base class Event"


class Stream(_NotBuilt):
    """A queue of a GPU's work."""

    words = "torch.cuda.Stream requires CUDA support"


class _TensorType(type):
    """A type of tensors on a GPU."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        raise TypeError(f"type torch.cuda.{cls.__name__} not available. Torch not compiled with CUDA enabled.")


for _name in ("Bool", "Byte", "Char", "Double", "Float", "Half", "Int", "Long", "Short", "BFloat16"):
    globals()[f"{_name}Tensor"] = _TensorType(f"{_name}Tensor", (), {"__module__": "torch.cuda"})


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda", name)
