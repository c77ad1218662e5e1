"""``torch.backends.cuda``: switches that scripts set, and that change nothing without a GPU."""

from __future__ import annotations

from types import SimpleNamespace

matmul = SimpleNamespace(
    allow_tf32=False, allow_fp16_reduced_precision_reduction=True, allow_bf16_reduced_precision_reduction=True
)


def is_built() -> bool:
    """PyTorch for the CPU was not built with CUDA."""
    return False
