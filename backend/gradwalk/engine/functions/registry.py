"""How a function comes to be callable from formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..op import NAMESPACE, OPS
from ..tensor import Tensor

Function = Callable[..., Any]


def function(f: Function) -> Function:
    """Make a function available to formulas under its own name."""
    NAMESPACE[f.__name__] = f
    return f


def on_arrays(name: str, array_function: Function) -> None:
    """A function that is ``array_function`` on arrays and the op ``name`` on tensors."""

    def either(x: Any, *rest: Any, **params: Any) -> Any:
        if isinstance(x, Tensor):
            return OPS[name](x, *rest, **params)
        return array_function(x, *rest, **params)

    either.on_arrays = array_function  # type: ignore[attr-defined]
    NAMESPACE[name] = either


def on_both(name: str, array_function: Function) -> Function:
    """A function that is ``array_function`` on arrays and the op ``name`` on tensors; its last arguments are params.

    Returns ``array_function``, which is the op's forward.
    """

    def either(*args: Any) -> Any:
        if any(isinstance(x, Tensor) for x in args):
            op = OPS[name]
            count = len(op.operands)
            return op(*args[:count], **dict(zip(op.params, args[count:], strict=False)))
        return array_function(*args)

    either.on_arrays = array_function  # type: ignore[attr-defined]
    NAMESPACE[name] = either
    return array_function
