"""``torch.cuda.memory``: the memory of a GPU that is not there."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from gradwalk.engine.warn import warn

from .._missing import missing
from ._without import no_nvml, not_built, not_compiled

__all__ = [
    "caching_allocator_alloc", "empty_cache", "get_allocator_backend", "get_per_process_memory_fraction",
    "host_memory_stats", "list_gpu_processes", "max_memory_allocated", "max_memory_cached", "max_memory_reserved",
    "mem_get_info", "memory_allocated", "memory_cached", "memory_reserved", "memory_snapshot", "memory_stats",
    "memory_stats_as_nested_dict", "memory_summary", "reset_accumulated_memory_stats", "reset_max_memory_allocated",
    "reset_max_memory_cached", "reset_peak_memory_stats", "set_per_process_memory_fraction",
]  # fmt: skip

_RESET = "torch.cuda.{0} now calls torch.cuda.reset_peak_memory_stats, which resets /all/ peak memory stats."


def empty_cache() -> None:
    """Nothing is cached."""


def memory_allocated(device: Any = None) -> int:
    """A GPU that is not there holds nothing."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def memory_cached(device: Any = None) -> int:
    """The old name for ``memory_reserved``."""
    warn("`torch.cuda.memory_cached` has been renamed to `torch.cuda.memory_reserved`", FutureWarning)
    return 0


def max_memory_cached(device: Any = None) -> int:
    """The old name for ``max_memory_reserved``."""
    warn("`torch.cuda.max_memory_cached` has been renamed to `torch.cuda.max_memory_reserved`", FutureWarning)
    return 0


def memory_stats(device: Any = None) -> dict[str, Any]:
    """Nothing was counted."""
    return OrderedDict()


host_memory_stats = memory_stats


def memory_stats_as_nested_dict(device: Any = None) -> dict[str, Any]:
    """Nothing was counted."""
    return {}


def memory_summary(device: Any = None, abbreviated: bool = False) -> str:
    """Raises KeyError: the table wants numbers that nobody counted."""
    raise KeyError("allocated_bytes.all.current")


def memory_snapshot(*arguments: Any, **named: Any) -> Any:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise not_built("_cuda_memorySnapshot")


def reset_accumulated_memory_stats(device: Any = None) -> None:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise not_built("_cuda_resetAccumulatedMemoryStats")


def reset_peak_memory_stats(device: Any = None) -> None:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise not_built("_cuda_resetPeakMemoryStats")


def reset_max_memory_allocated(device: Any = None) -> None:
    """The old name for ``reset_peak_memory_stats``."""
    warn(_RESET.format("reset_max_memory_allocated"), FutureWarning)
    reset_peak_memory_stats(device)


def reset_max_memory_cached(device: Any = None) -> None:
    """The old name for ``reset_peak_memory_stats``."""
    warn(_RESET.format("reset_max_memory_cached"), FutureWarning)
    reset_peak_memory_stats(device)


def list_gpu_processes(device: Any = None) -> str:
    """What PyTorch answers where the package that could tell is not there."""
    return "pynvml module not found, please install nvidia-ml-py"


def get_allocator_backend() -> str:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise not_built("_cuda_getAllocatorBackend")


get_per_process_memory_fraction = set_per_process_memory_fraction = not_compiled
mem_get_info = caching_allocator_alloc = not_compiled
device_memory_used = no_nvml


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda.memory", name)
