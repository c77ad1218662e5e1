"""What a snippet gets for ``import functorch``: the transforms under the name that they had before ``torch.func``."""

from __future__ import annotations

import importlib
from typing import Any

# Relative imports would load a second copy of the facade: here, as in a snippet, it goes by PyTorch's name.
_func = importlib.import_module("torch.func")
_missing = importlib.import_module("torch._missing")

__all__ = ["grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp", "vmap"]

globals().update({name: getattr(_func, name) for name in __all__})


def __getattr__(name: str) -> Any:
    raise _missing.missing("functorch", name)
