"""The public names: which functions exist as ``torch.f``, which as ``tensor.f``, which as ``tensor.f_``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from ..apply import apply_in_place
from ..errors import type_name
from ..families import Table
from ..op import Op
from ..published import AsOp, Straight
from ..tensor import Tensor
from .arguments import explained
from .methods import Methods, complete
from .signatures import writes_in_place

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

FUNCTIONS: Table[Function] = Table("function")
"""What the facade shows in ``torch``."""

METHODS = Methods()
"""What is attached to :class:`~gradwalk.engine.tensor.Tensor`."""

complete(METHODS)

LEGACY: Table[type] = Table("legacy")
"""The classes of old that the facade shows, ``torch.FloatTensor`` and its sisters."""

LINALG: Table[Function] = Table("linalg")
"""What the facade shows in ``torch.linalg``."""


def public(
    *, function: bool = True, method: bool = True, name: str | None = None, straight: Straight | None = None
) -> Callable[[F], F]:
    """Publish a function under its name: in ``torch``, as a method, or both. ``straight``: what
    else does the same for tensors alone."""

    def publish(f: F) -> F:
        public_name = name or f.__name__
        if function:
            FUNCTIONS.declare(public_name, partial(explained, f, public_name, "torch", straight))
        if method:
            METHODS.declare(public_name, partial(explained, f, public_name, "Tensor", straight))
            if not function and writes_in_place(public_name) and not FUNCTIONS.is_loaded(public_name):
                FUNCTIONS.declare(public_name, partial(explained, f, public_name, "torch"))
        return f

    return publish


def linalg(f: F) -> F:
    """Publish a function in ``torch.linalg``."""
    LINALG.declare(f.__name__, partial(explained, f, f"linalg_{f.__name__}", "linalg"))
    return f


def must_be_tensor(function: str, argument: str, position: int, value: object) -> Tensor:
    """The value, if it is a tensor. Raises TypeError in PyTorch's words."""
    if isinstance(value, Tensor):
        return value
    raise TypeError(f"{function}(): argument '{argument}' (position {position}) must be Tensor, not {type_name(value)}")


def must_be_bool(function: str, argument: str, value: object, position: int | None = None) -> None:
    """Raises TypeError in PyTorch's words for what is none, where Python hands it on to a function in C."""
    if not isinstance(value, bool):
        where = "" if position is None else f" (position {position})"
        raise TypeError(f"{function}(): argument '{argument}'{where} must be bool, not {type_name(value)}")


_IN_PLACE_METHODS_ONLY = frozenset(("absolute", "sgn", "sign", "lgamma", "digamma", "erfinv", "bitwise_not"))
"""Ops whose in-place form PyTorch has as a method, not in ``torch``."""


def unary(name: str, op: Op, *, in_place: bool = True, in_place_op: Op | None = None) -> None:
    """Publish an op of one tensor as function, method and in-place form; that may have an op of its own."""

    def function(*args: Any, **kwargs: Any) -> Any:
        x = kwargs.pop("input", None) if "input" in kwargs else args[0] if args else None
        if x is None and not args:
            raise TypeError(f'{name}() missing 1 required positional arguments: "input"')
        if kwargs or len(args) > 1:
            unexpected = next(iter(kwargs), None)
            raise TypeError(
                f"{name}() got an unexpected keyword argument '{unexpected}'"
                if unexpected
                else f"{name}() takes 1 positional argument but {len(args)} were given"
            )
        return op(must_be_tensor(name, "input", 1, x))

    function.__name__ = function.__qualname__ = name
    public(name=name, straight=AsOp(op.name, 1))(function)
    if in_place:
        written = in_place_op or op
        publish = public(function=name not in _IN_PLACE_METHODS_ONLY, name=name + "_")
        publish(in_place_form(name + "_", lambda x: apply_in_place(written, x)))


def in_place_form(name: str, f: Function) -> Function:
    """``f`` under the name of an in-place method."""

    @wraps(f)
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        result: Tensor = f(self, *args, **kwargs)
        return result

    method.__name__ = method.__qualname__ = name
    return method
