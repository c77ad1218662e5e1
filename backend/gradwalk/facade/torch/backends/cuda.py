"""``torch.backends.cuda``: switches that scripts set, and that change nothing without a GPU."""

from __future__ import annotations

from types import SimpleNamespace

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
