"""Which tensors a function has from outside: what its text can name, and what hangs on that.

PyTorch wraps each tensor that is made while a transform is under way. Here none is marked, which would slow all ops
down: a tensor is one that the function had before if it is found where the function can reach without making anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from gradwalk.engine import Tensor

_AT_MOST = 100_000
"""Objects that are looked at for one print."""


def is_from_outside(x: Any, func: Any) -> bool:
    """Whether a tensor can be reached from a function without calling it."""
    seen: set[int] = set()
    waiting = [func]
    while waiting and len(seen) < _AT_MOST:
        each = waiting.pop()
        if each is x:
            return True
        if id(each) not in seen and not isinstance(each, Tensor | type | ModuleType | str | bytes | int | float):
            seen.add(id(each))
            waiting += _within(each)
    return False


def captured(func: Any) -> list[Tensor]:
    """Tensors that a function, or one that it can name, has in a variable of its own or of its module: by themselves,
    in a short list or dictionary, or as parameters and buffers of a layer."""
    found: list[Tensor] = []
    seen: set[int] = set()
    waiting = [func]
    while waiting and len(seen) < _AT_MOST_FUNCTIONS:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            is_layer = not isinstance(each, Tensor | type) and hasattr(each, "_buffers")
            layer = [*each.parameters(), *each.buffers(), type(each).forward] if is_layer else []
            parts = layer or list(_within(each))
            found += [x for x in parts if isinstance(x, Tensor)]
            waiting += [x for x in parts if _may_hold(x)]
    return found


_AT_MOST_FUNCTIONS = 64
_SHORT = 256


def _may_hold(x: Any) -> bool:
    if isinstance(x, dict | list | tuple):
        return len(x) <= _SHORT
    if isinstance(x, FunctionType | MethodType | partial):
        return True
    return not isinstance(x, Tensor | type) and hasattr(x, "_buffers")


def _within(each: Any) -> Iterator[Any]:
    """What hangs on an object."""
    if isinstance(each, dict):
        yield from list(each.values())
    elif isinstance(each, list | tuple | set | frozenset):
        yield from list(each)
    elif isinstance(each, FunctionType):
        yield from each.__defaults__ or ()
        yield each.__kwdefaults__
        for cell in each.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # nothing is in it yet
                continue
        yield from (each.__globals__[name] for name in _names(each.__code__) if name in each.__globals__)
    elif isinstance(each, MethodType):
        yield from (each.__func__, each.__self__)
    elif isinstance(each, partial):
        yield from (each.func, each.args, each.keywords)
    else:
        yield getattr(each, "__dict__", None)
        yield from (vars(kind).get(name) for kind in type(each).__mro__ for name in ("__call__", "forward"))


def _names(code: CodeType) -> Iterator[str]:
    """The names of globals that a code reads, with the functions defined in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
