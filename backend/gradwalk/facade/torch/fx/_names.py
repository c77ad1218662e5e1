"""What functions are called in graphs, and names of variables that are free."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, Final

from gradwalk.engine import Tensor

from ..nn.functional._refusals import IN_C

_TORCH = __name__.rpartition(".fx.")[0]
_IN_PLACE: Final = {
    "celu_": "torch", "elu_": "nn", "hardtanh_": "nn", "leaky_relu_": "nn", "rrelu_": "torch", "selu_": "torch",
    "threshold_": "torch",
}  # fmt: skip
"""Functions of ``nn.functional`` that PyTorch has elsewhere, beside those that it parses in C."""
_FUNCTIONAL: Final = frozenset((
    "atleast_1d", "atleast_2d", "atleast_3d", "block_diag", "broadcast_shapes", "broadcast_tensors", "cartesian_prod",
    "cdist", "chain_matmul", "einsum", "lu", "meshgrid", "norm", "split", "stft", "tensordot", "unique",
    "unique_consecutive", "unravel_index",
))  # fmt: skip
"""Functions of ``torch`` that it has from ``torch.functional``."""
_PREFIXES: Final = ("linalg", "special", "fft")


def is_method(function: Any) -> bool:
    """Whether it is a method of Tensor."""
    name = getattr(function, "__name__", "")
    return vars(Tensor).get(name) is function


def module_of(function: Any) -> str:
    """The module that PyTorch has a function from."""
    torch: Any = sys.modules[_TORCH]
    name = function.__name__
    if getattr(torch.nn.functional, name, None) is function:
        place = IN_C.get(name) or _IN_PLACE.get(name)
        return {"nn": "torch._C._nn", "torch": "torch", None: "torch.nn.functional"}[place]
    if torch.__dict__.get(name) is function or (name in torch.__all__ and getattr(torch, name) is function):
        return "torch.functional" if name in _FUNCTIONAL else "torch"
    for part in _PREFIXES:
        if getattr(getattr(torch, part), name.removeprefix(f"{part}_"), None) is function:
            return f"torch._C._{part}"
    return function.__module__.replace(f"{_TORCH}.", "torch.") if _TORCH != "torch" else str(function.__module__)


def qualified_name(function: Any) -> str:
    """A function as the code of a graph names it. Raises RuntimeError for a lambda."""
    name: str = function.__name__
    if getattr(builtins, name, None) is function:
        return name
    if is_method(function):
        return f"torch.Tensor.{name}"
    if name == "<lambda>":
        raise RuntimeError("Unable to represent lambda")
    return f"{module_of(function)}.{name}"


def shown_target(target: Any) -> str:
    """A node's target as graphs are printed."""
    if isinstance(target, str):
        return target
    module = getattr(target, "__module__", None)
    if module == "builtins":
        return f"builtins.{target.__name__}"
    if module == "_operator":
        return f"operator.{target.__name__}"
    return qualified_name(target)


def type_name(kind: Any) -> str:
    """A type as annotations are printed."""
    if isinstance(kind, type) and not hasattr(kind, "__origin__"):
        module = kind.__module__.replace(_TORCH, "torch")
        return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"
    if kind is ...:
        return "..."
    return kind.__name__ if isinstance(kind, FunctionType) else repr(kind)


_AFTER_SMALL = re.compile("(?<=[a-z])([A-Z])")
_STRANGE = re.compile("[^0-9a-zA-Z_]+")
_NUMBERED = re.compile(r"([a-zA-Z_][0-9a-zA-Z_]*?)(?:_(\d+))?")
_TAKEN = frozenset((
    *keyword.kwlist, *dir(builtins), "inf", "nan", "NoneType", "torch", "device", "fx_pytree", "pytree",
))  # fmt: skip
"""Names that no variable has."""


def variable_for(target: str | Callable[..., Any]) -> str:
    """What a node's variable would be called."""
    name = target if isinstance(target, str) else target.__name__
    if name.startswith("__") and name.endswith("__"):
        name = name[2:-2]
    return _AFTER_SMALL.sub(r"_\1", name).lower()


class Names:
    """Names that are taken, each once."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._last: dict[str, int] = {}

    def new(self, candidate: str) -> str:
        """One that is free: the candidate, or it with a number."""
        found = _NUMBERED.fullmatch(candidate)
        if found is None:
            candidate = _STRANGE.sub("_", candidate) or "_unnamed"
            candidate = f"_{candidate}" if candidate[0].isdigit() else candidate
            found = _NUMBERED.fullmatch(candidate)
            assert found is not None
        base, number = found.groups()
        if number is None or candidate in self._used:
            count = self._last.get(base, 0)
            if candidate in _TAKEN:
                count += 1
                candidate = f"{base}_{count}"
        else:
            count = int(number)
        while candidate in self._used:
            count += 1
            candidate = f"{base}_{count}"
        self._used.add(candidate)
        self._last[base] = count
        return candidate
