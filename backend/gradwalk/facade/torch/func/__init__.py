"""``torch.func``: transforms of functions."""

from __future__ import annotations

from typing import Any

from .._missing import missing
from . import _shown  # noqa: F401 (tensors print by it within transforms)
from ._einops import rearrange
from ._gradients import grad, grad_and_value, jvp, linearize, vjp
from ._jacobians import hessian, jacfwd, jacrev
from ._modules import functional_call, replace_all_batch_norm_modules_, stack_module_state
from ._vmap import vmap

__all__ = [
    "functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "linearize",
    "rearrange", "replace_all_batch_norm_modules_", "stack_module_state", "vjp", "vmap",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise missing("torch.func", name)
