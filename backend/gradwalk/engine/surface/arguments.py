"""What PyTorch says of arguments that do not fit, worked out only after a call has failed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..dtypes import dtype as Dtype  # noqa: N812 (the name is PyTorch's)
from ..tensor import Tensor
from .out_rules import TAKES_OUT

Function = Callable[..., Any]

_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "Tensor": ("Tensor", lambda x: isinstance(x, Tensor)),
    "int": ("int", lambda x: hasattr(x, "__index__")),
    "bool": ("bool", lambda x: isinstance(x, bool | int) or hasattr(x, "__bool__")),
    "Dtype": ("torch.dtype", lambda x: isinstance(x, Dtype)),
}
"""By annotation: what PyTorch calls it, and what passes."""


def explained(f: Function, name: str, bound: bool) -> Function:
    """``f`` under a public name; if it fails for its arguments, PyTorch's words for that. ``bound``: it is a method."""
    parameters = inspect.signature(f).parameters

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except (TypeError, AttributeError, ValueError):
            if "out" in kwargs and "out" not in parameters and not bound and name in TAKES_OUT:
                return into(kwargs.pop("out"), args, kwargs)
            renamed = _by_numpy_names(kwargs, parameters)
            if renamed is not None:
                return call(*args, **renamed)
            words = _problem(name, parameters, args, kwargs, bound)
            if words is None:
                raise
            raise TypeError(words) from None

    def into(out: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        from .out import written_out

        return call(*args, **kwargs) if out is None else written_out(name, call, out, args, kwargs)

    return call


_NUMPY_NAMES = {"axis": "dim", "axes": "dims", "keepdims": "keepdim", "x": "input", "a": "input", "x2": "other"}
"""What PyTorch's functions also answer to, for those who come from numpy."""


def _by_numpy_names(kwargs: Mapping[str, Any], parameters: Mapping[str, inspect.Parameter]) -> dict[str, Any] | None:
    """Keyword arguments with numpy's names replaced by PyTorch's; None if there are none."""
    found = {k: _NUMPY_NAMES[k] for k in kwargs if k not in parameters and _NUMPY_NAMES.get(k) in parameters}
    return {found.get(k, k): v for k, v in kwargs.items()} if found else None


def _problem(
    name: str, parameters: Mapping[str, inspect.Parameter], args: Sequence[Any], kwargs: Mapping[str, Any], bound: bool
) -> str | None:
    """What is wrong with the arguments by the function's signature alone; None if nothing is."""
    positional = [p for p in parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    takes_more = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    if not takes_more and len(args) > len(positional):
        most = len(positional) - bound
        least = sum(1 for p in positional if p.default is p.empty) - bound
        words = str(most) if least == most else f"from {least} to {most}"
        plural = "" if words == "1" else "s"
        return (
            f"{name}() takes {words} positional argument{plural} but {len(args) - bound} "
            f"{'was' if len(args) - bound == 1 else 'were'} given"
        )
    missing = [p.name for p in positional[len(args) :] if p.default is p.empty and p.name not in kwargs]
    if missing:
        return f"{name}() missing {len(missing)} required positional arguments: " + ", ".join(
            f'"{argument}"' for argument in missing
        )
    if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        for argument in kwargs:
            if argument not in parameters:
                return f"{name}() got an unexpected keyword argument '{argument}'"
    for position, (parameter, value) in enumerate(zip(positional, args, strict=False), 1 - bound):
        wanted = _unfit(parameter, value)
        if wanted and position:
            return f"{name}(): argument '{parameter.name}' (position {position}) must be {wanted}"
    for argument, value in kwargs.items():
        wanted = _unfit(parameters[argument], value) if argument in parameters else None
        if wanted:
            return f"{name}(): argument '{argument}' must be {wanted}"
    return None


def _unfit(parameter: inspect.Parameter, value: Any) -> str | None:
    annotation = parameter.annotation if isinstance(parameter.annotation, str) else ""
    kinds = [part.strip() for part in annotation.split("|")]
    if value is None and "None" in kinds:
        return None
    known = [_KINDS[kind] for kind in kinds if kind in _KINDS]
    if not known or len(known) != len([kind for kind in kinds if kind != "None"]):
        return None
    return None if any(fits(value) for _, fits in known) else f"{known[0][0]}, not {type(value).__name__}"
