"""``functorch.experimental``: what was tried there before it came to ``torch.func``, and what never came."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

_func = importlib.import_module("torch.func")
_vmap = importlib.import_module("torch.func._vmap")
_missing = importlib.import_module("torch._missing")

hessian, jacfwd, jvp = _func.hessian, _func.jacfwd, _func.jvp
replace_all_batch_norm_modules_ = _func.replace_all_batch_norm_modules_

__all__ = ["chunk_vmap", "hessian", "jacfwd", "jvp", "replace_all_batch_norm_modules_"]


def chunk_vmap(
    func: Callable[..., Any], in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", chunks: int = 2
) -> Callable[..., Any]:
    """As ``vmap``, in so many parts, one after another."""
    whole: Callable[..., Any] = _func.vmap(func, in_dims, out_dims, randomness)
    if chunks == 1:
        return whole

    @functools.wraps(func)
    def wrapped_with_chunks(*args: Any, **kwargs: Any) -> Any:
        size = _vmap.items(in_dims, args, func)
        return _func.vmap(func, in_dims, out_dims, randomness, chunk_size=-(-size // chunks))(*args, **kwargs)

    return wrapped_with_chunks


def __getattr__(name: str) -> Any:
    raise _missing.missing(__name__, name)
