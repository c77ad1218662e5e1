"""``torch.backends.cuda``: switches that scripts set, and that change nothing without a GPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from gradwalk.engine.warn import warn

matmul = SimpleNamespace(
    allow_tf32=False, allow_fp16_reduced_precision_reduction=True, allow_bf16_reduced_precision_reduction=True
)

ALLOWED = {"flash": True, "mem_efficient": True, "math": True, "cudnn": True, "overrideable": True}
"""Which ways of computing attention may be taken; on the CPU there are the first and the third."""


def is_built() -> bool:
    """PyTorch for the CPU was not built with CUDA."""
    return False


def flash_sdp_enabled() -> bool:
    """Whether the kernel for attention may be taken."""
    return ALLOWED["flash"]


def enable_flash_sdp(enabled: bool) -> None:
    """Let the kernel for attention be taken, or not."""
    ALLOWED["flash"] = bool(enabled)


def math_sdp_enabled() -> bool:
    """Whether attention may be computed op by op."""
    return ALLOWED["math"]


def enable_math_sdp(enabled: bool) -> None:
    """Let attention be computed op by op, or not."""
    ALLOWED["math"] = bool(enabled)


def mem_efficient_sdp_enabled() -> bool:
    """A switch of GPUs."""
    return ALLOWED["mem_efficient"]


def enable_mem_efficient_sdp(enabled: bool) -> None:
    """A switch of GPUs."""
    ALLOWED["mem_efficient"] = bool(enabled)


def cudnn_sdp_enabled() -> bool:
    """A switch of GPUs."""
    return ALLOWED["cudnn"]


def enable_cudnn_sdp(enabled: bool) -> None:
    """A switch of GPUs."""
    ALLOWED["cudnn"] = bool(enabled)


def sdp_kernel(
    enable_flash: bool = True, enable_math: bool = True, enable_mem_efficient: bool = True, enable_cudnn: bool = True
) -> Any:
    """:func:`torch.nn.attention.sdpa_kernel` of old: which ways of computing attention may be taken inside."""
    warn(_SDP_KERNEL, FutureWarning)
    return _allowing(flash=enable_flash, math=enable_math, mem_efficient=enable_mem_efficient, cudnn=enable_cudnn)


_SDP_KERNEL = (
    "`torch.backends.cuda.sdp_kernel()` is deprecated. In the future, this context manager will be removed. Please see "
    "`torch.nn.attention.sdpa_kernel()` for the new context manager, with updated signature."
)


@contextmanager
def _allowing(**allowed: bool) -> Iterator[dict[Any, Any]]:
    before = dict(ALLOWED)
    ALLOWED.update(allowed)
    try:
        yield {}
    finally:
        ALLOWED.update(before)
