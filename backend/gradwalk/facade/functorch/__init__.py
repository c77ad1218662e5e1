"""What a snippet gets for ``import functorch``: the transforms under the name that they had before ``torch.func``."""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Callable
from typing import Any

# Relative imports would load a second copy of the facade: here, as in a snippet, it goes by PyTorch's name.
_torch = importlib.import_module("torch")
_func = importlib.import_module("torch.func")
_missing = importlib.import_module("torch._missing")
_stateless = importlib.import_module("functorch._stateless")

FunctionalModule = _stateless.FunctionalModule
FunctionalModuleWithBuffers = _stateless.FunctionalModuleWithBuffers
__version__ = _torch.__version__

__all__ = [
    "FunctionalModule", "FunctionalModuleWithBuffers", "combine_state_for_ensemble", "grad", "grad_and_value",
    "hessian", "jacfwd", "jacrev", "jvp", "make_functional", "make_functional_with_buffers", "vjp", "vmap",
]  # fmt: skip


def _deprecated(f: Callable[..., Any], name: str, instead: str) -> Callable[..., Any]:
    words = (
        "We've integrated functorch into PyTorch. As the final step of the integration, "
        f"`functorch.{name}` is deprecated as of PyTorch 2.0 and will be deleted in a future version of PyTorch >= "
        f"2.3. Please use `{instead}` instead; see the PyTorch 2.0 release notes and/or the `torch.func` migration "
        "guide for more details https://pytorch.org/docs/main/func.migrating.html"
    )

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(words, FutureWarning, stacklevel=2)
        return f(*args, **kwargs)

    return call


_SUCCESSORS = {
    "make_functional": "torch.func.functional_call", "make_functional_with_buffers": "torch.func.functional_call",
    "combine_state_for_ensemble": "torch.func.stack_module_state", "vmap": "torch.vmap",
}  # fmt: skip
for _name in __all__[2:]:
    _owner = _stateless if _name in _stateless.__all__ else _func
    globals()[_name] = _deprecated(getattr(_owner, _name), _name, _SUCCESSORS.get(_name, f"torch.func.{_name}"))


def __getattr__(name: str) -> Any:
    raise _missing.missing("functorch", name)
