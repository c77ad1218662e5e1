"""``torch.cuda`` of a PyTorch without CUDA: it says that there is none, and refuses what needs one."""

from __future__ import annotations

from typing import Any

from .._errors import AcceleratorError, OutOfMemoryError
from .._missing import missing
from . import amp, memory, nvtx, random, streams
from ._without import NotBuilt, no_nvml, not_compiled
from .memory import (
    caching_allocator_alloc,
    device_memory_used,
    empty_cache,
    get_allocator_backend,
    get_per_process_memory_fraction,
    host_memory_stats,
    list_gpu_processes,
    max_memory_allocated,
    max_memory_cached,
    max_memory_reserved,
    mem_get_info,
    memory_allocated,
    memory_cached,
    memory_reserved,
    memory_snapshot,
    memory_stats,
    memory_stats_as_nested_dict,
    memory_summary,
    reset_accumulated_memory_stats,
    reset_max_memory_allocated,
    reset_max_memory_cached,
    reset_peak_memory_stats,
    set_per_process_memory_fraction,
)
from .random import (
    get_rng_state,
    get_rng_state_all,
    initial_seed,
    manual_seed,
    manual_seed_all,
    seed,
    seed_all,
    set_rng_state,
    set_rng_state_all,
)
from .streams import (
    Event,
    Stream,
    StreamContext,
    current_stream,
    default_stream,
    device,
    device_of,
    set_stream,
    stream,
)

__all__ = [
    "AcceleratorError", "CUDAGraph", "Event", "OutOfMemoryError", "Stream", "StreamContext", "amp",
    "caching_allocator_alloc", "can_device_access_peer", "clock_rate", "cudart", "current_blas_handle",
    "current_device", "current_stream", "default_generators", "default_stream", "device", "device_count",
    "device_memory_used", "device_of", "empty_cache", "get_allocator_backend", "get_arch_list",
    "get_device_capability", "get_device_name", "get_device_properties", "get_gencode_flags",
    "get_per_process_memory_fraction", "get_rng_state", "get_rng_state_all", "get_sync_debug_mode", "graph",
    "has_half", "has_magma", "host_memory_stats", "init", "initial_seed", "ipc_collect", "is_available",
    "is_bf16_supported", "is_current_stream_capturing", "is_initialized", "is_tf32_supported", "list_gpu_processes",
    "manual_seed", "manual_seed_all", "max_memory_allocated", "max_memory_cached", "max_memory_reserved",
    "mem_get_info", "memory", "memory_allocated", "memory_cached", "memory_reserved", "memory_snapshot",
    "memory_stats", "memory_stats_as_nested_dict", "memory_summary", "memory_usage", "nvtx", "power_draw", "random",
    "reset_accumulated_memory_stats", "reset_max_memory_allocated", "reset_max_memory_cached",
    "reset_peak_memory_stats", "seed", "seed_all", "set_device", "set_per_process_memory_fraction", "set_rng_state",
    "set_rng_state_all", "set_stream", "set_sync_debug_mode", "stream", "streams", "synchronize", "temperature",
    "utilization",
]  # fmt: skip

has_half = True
has_magma = False
default_generators: tuple[Any, ...] = ()


def is_available() -> bool:
    """There is no GPU."""
    return False


def is_initialized() -> bool:
    """Nothing was to be initialised."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Not without a GPU."""
    return False


def is_tf32_supported() -> bool:
    """Not without a GPU."""
    return False


def device_count() -> int:
    """None."""
    return 0


synchronize = current_device = get_device_capability = get_device_name = get_device_properties = not_compiled
init = can_device_access_peer = ipc_collect = cudart = current_blas_handle = not_compiled
get_sync_debug_mode = set_sync_debug_mode = not_compiled
clock_rate = memory_usage = power_draw = temperature = utilization = no_nvml


def set_device(device: Any) -> None:
    """Raises AttributeError, as PyTorch does where its CUDA half is not built."""
    raise AttributeError("module 'torch._C' has no attribute '_cuda_setDevice'")


def get_arch_list() -> list[str]:
    """No architectures."""
    return []


def get_gencode_flags() -> str:
    """No architectures."""
    return ""


class CUDAGraph(NotBuilt):
    """What a GPU would do over again."""

    words = "Tried to instantiate dummy base class CUDAGraph"


def is_current_stream_capturing() -> bool:
    """Raises RuntimeError, as PyTorch does where its CUDA half is not built."""
    raise RuntimeError("Tried to instantiate dummy base class _cuda_isCurrentStreamCapturing")


class graph(NotBuilt):  # noqa: N801 (PyTorch's name)
    """A block that a GPU would remember."""

    words = "torch.cuda.Stream requires CUDA support"


class _TensorType(type):
    """A type of tensors on a GPU."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        raise TypeError(f"type torch.cuda.{cls.__name__} not available. Torch not compiled with CUDA enabled.")


for _name in ("Bool", "Byte", "Char", "Double", "Float", "Half", "Int", "Long", "Short", "BFloat16"):
    globals()[f"{_name}Tensor"] = _TensorType(f"{_name}Tensor", (), {"__module__": "torch.cuda"})


def __getattr__(name: str) -> Any:
    raise missing("torch.cuda", name)
