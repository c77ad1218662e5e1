"""``torch.library``: operators made of functions in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._custom_ops import OPERATORS, CustomOpDef, infer_schema
from ._missing import missing
from ._refused import refused

__all__ = [
    "custom_op", "define", "impl", "infer_schema", "register_autograd", "register_fake", "register_kernel",
    "register_vmap",
]  # fmt: skip

_REFUSED = refused(
    "torch.library", ("Library", "opcheck", "triton_op", "register_torch_dispatch", "get_ctx"),
    "of operators of one's own there are custom_op, define, impl, register_autograd, register_kernel and register_vmap",
)  # fmt: skip
globals().update(_REFUSED)
__all__ += _REFUSED


def _split(name: str) -> tuple[str, str]:
    namespace, colons, rest = name.partition("::")
    if not colons:
        raise ValueError(f"Expected `name` to be of the form `namespace::name`, got {name}")
    return namespace, rest


def custom_op(name: str, fn: Callable[..., Any] | None = None, /, *, mutates_args: Any, device_types: Any = None,
              schema: str | None = None, tags: Any = None) -> Any:  # fmt: skip
    """Make an operator ``namespace::name`` of a function, whose annotations say what it takes and gives."""

    def make(f: Callable[..., Any]) -> CustomOpDef:
        found = infer_schema(f, mutates_args=mutates_args) if schema is None else schema
        return CustomOpDef(*_split(name), found, f)

    return make if fn is None else make(fn)


def _operator(op: Any) -> CustomOpDef:
    if isinstance(op, CustomOpDef):
        return op
    name = op.name() if hasattr(op, "name") else op
    if name not in OPERATORS:
        namespace, last = _split(name)
        raise AttributeError(f"'_OpNamespace' '{namespace}' object has no attribute '{last}'")
    return OPERATORS[name]


def define(qualname: str, schema: str, *, lib: Any = None, tags: Any = ()) -> None:
    """Declare an operator by its schema; :func:`impl` says what it does."""
    CustomOpDef(*_split(qualname), schema, None, by_formula=False)


def impl(qualname: str, types: Any, func: Callable[..., Any] | None = None, *, lib: Any = None) -> Any:
    """Say what an operator does on a kind of device."""
    everywhere = types in ("default", "CompositeImplicitAutograd")
    return _operator(qualname).register_kernel(None if everywhere else types, func)


def register_kernel(op: Any, device_types: Any, func: Callable[..., Any] | None = None, /, *, lib: Any = None) -> Any:
    """Have an operator done otherwise on a kind of device."""
    return _operator(op).register_kernel(device_types, func)


def register_fake(op: Any, func: Callable[..., Any] | None = None, /, *, lib: Any = None, **_: Any) -> Any:
    """Take the function that says what shapes come out."""
    operator = _operator(op)
    return operator.register_fake if func is None else operator.register_fake(func)


def register_autograd(op: Any, backward: Callable[..., Any], /, *, setup_context: Any = None, lib: Any = None) -> None:
    """Have an operator differentiated by ``backward``."""
    _operator(op).register_autograd(backward, setup_context=setup_context)


def register_vmap(op: Any, func: Callable[..., Any] | None = None, /, *, lib: Any = None) -> Any:
    """Say what an operator gives on a batch, and where the batch lies in that."""
    return _operator(op).register_vmap(func)


def __getattr__(name: str) -> Any:
    raise missing("torch.library", name)
