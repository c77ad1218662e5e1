"""Arguments for which PyTorch has no derivatives, and which it refuses where they would need one."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import is_grad_enabled
from gradwalk.engine.tensor import Tensor


def refuse_gradients(function: str, **arguments: Any) -> None:
    """Raises RuntimeError if one of the arguments, by PyTorch's names, requires grad."""
    for name, x in arguments.items():
        if isinstance(x, Tensor) and x.requires_grad and is_grad_enabled():
            raise RuntimeError(
                f"The function '{function}' is not differentiable with respect to argument '{name}'. This input cannot "
                "have requires_grad True."
            )
