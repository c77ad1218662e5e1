"""``__torch_function__``: classes that say what becomes of the calls on them, and modes that see all calls."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from .attributes import keep_to_the_snippet
from .doors import are_open, open_doors
from .families import load
from .op import OPS
from .tensor import Tensor
from .warn import warn_once

Function = Callable[..., Any]

MODES: list[Any] = []
"""Modes that are entered, innermost last."""


class Plainly:
    """Calls on subclasses are made as on tensors while it is entered."""

    __slots__ = ("depth",)

    def __init__(self) -> None:
        self.depth = 0
        """How many are at work that want calls made without anybody's being asked."""

    def __enter__(self) -> None:
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        self.depth -= 1


_PLAINLY = Plainly()


def plainly() -> Plainly:
    """What is to be entered for that."""
    return _PLAINLY


def begin() -> None:
    """Let every public function look whether an argument has something to say; once, at the first such class."""
    if are_open(_looking):
        return
    open_doors(_looking)
    load("method")  # operators and facts among them
    for name, value in list(vars(Tensor).items()):
        if isinstance(value, property):
            if not name.startswith("_"):
                setattr(Tensor, name, _looking_property(name, value))
        elif _is_operator(name, value):
            setattr(Tensor, name, _looking_operator(name, value))


def _looking(f: Function, public: Function) -> Function:
    if public.__name__ in _ASKS_NOBODY and vars(Tensor).get(public.__name__) is not public:
        return f

    @functools.wraps(f)
    def look(*args: Any, **kwargs: Any) -> Any:
        if not _PLAINLY.depth:
            asked = overloaded((*args, *kwargs.values()))
            if asked or MODES:
                named = _METHODS.get(public.__name__)
                return dispatched(getattr(Tensor, named) if named else public, asked, args, kwargs)
        return f(*args, **kwargs)

    return look


_ASKS_NOBODY = frozenset(("is_tensor", "is_storage", "typename", "tensor", "as_tensor", "from_numpy"))
"""Functions of ``torch`` that PyTorch's protocol leaves out."""


def overloaded(values: Sequence[Any]) -> list[Any]:
    """Arguments of distinct classes with a ``__torch_function__`` of their own, subclasses before superclasses."""
    found: list[Any] = []
    for value in values:
        for x in value if type(value) in (list, tuple) else (value,):
            kind = type(x)
            if not speaks(kind) or any(type(other) is kind for other in found):
                continue
            before = next((i for i, other in enumerate(found) if issubclass(kind, type(other))), len(found))
            found.insert(before, x)
    return found


def speaks(kind: type) -> bool:
    """Whether a class wants to be asked."""
    if issubclass(kind, Tensor):
        if kind is Tensor or kind.__module__.startswith(("torch", "gradwalk")):
            return False
        return getattr(kind, "__torch_function__", None) is not disabled
    return hasattr(kind, "__torch_function__") and not issubclass(kind, type)


def disabled(function: Function, types: Any = (), args: Any = (), kwargs: Any = None) -> Any:
    """The ``__torch_function__`` of a class that does not want to be asked: the call is made as on tensors."""
    with plainly():
        return function(*args, **(kwargs or {}))


def any_speaks(values: Sequence[Any]) -> bool:
    """Whether a call that has failed should have been handed to an argument: one that is no tensor."""
    return not are_open(_looking) and bool(overloaded(values))


def dispatched(public: Function, asked: Sequence[Any], args: Any, kwargs: Any) -> Any:
    """What the first answers that does not return NotImplemented. Raises TypeError if none does."""
    types = tuple(type(x) for x in asked)
    if hasattr(public, "in_python"):
        args, kwargs = _spelled_out(public, args, kwargs)
    elif public.__name__ in _SPELLED and vars(Tensor).get(public.__name__) is not public:
        kwargs = _with_defaults(public.__name__, args, kwargs)
        args = args[:_SPELLED[public.__name__][0]]
    elif public.__name__ not in _IN_PYTHON:
        kwargs = kwargs or None
    try:
        if MODES:
            mode = MODES.pop()
            try:
                return mode.__torch_function__(public, types, args, kwargs)
            finally:
                MODES.append(mode)
        for x in asked:
            if getattr(x.__torch_function__, "__self__", None) is x:
                warn_once(_PLAIN_METHOD)
            answer = x.__torch_function__(public, types, args, kwargs)
            if answer is not NotImplemented:
                return answer
        if hasattr(public, "in_python"):
            raise TypeError(_NOBODY.format(public_name(public), list(types)))
        listed = "".join(f"  - tensor subclass {kind}\n" for kind in types)
        raise TypeError(
            f"Multiple dispatch failed for '{public_name(public)}'; all __torch_function__ handlers returned "
            f"NotImplemented:\n\n{listed}\nFor more information, try re-running with TORCH_LOGS=not_implemented"
        )
    except Exception as error:
        error.answered_itself = True  # type: ignore[attr-defined]  # it says what it has to say already
        raise


def _with_defaults(name: str, args: Any, kwargs: Any) -> dict[str, Any]:
    """What such a function hands on by name."""
    count, defaults = _SPELLED[name]
    by_name: dict[str, Any] = dict(zip(defaults, args[count:], strict=False)) | kwargs
    return {key: by_name.pop(key, value) for key, value in defaults.items()} | by_name


_SPELLED: dict[str, tuple[int, dict[str, Any]]] = {
    "split": (2, {"dim": 0}),
    "norm": (1, {"p": "fro", "dim": None, "keepdim": False, "out": None, "dtype": None}),
}
"""Functions of ``torch`` that PyTorch writes in Python: how many arguments they hand on by position, and the others."""


def _spelled_out(public: Function, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Arguments as PyTorch's functions in Python hand them on: by name, with their defaults, where they have some."""
    bound = inspect.signature(public).bind(*args, **kwargs)
    bound.apply_defaults()
    required = [x.name for x in bound.signature.parameters.values() if x.default is x.empty]
    named = {name: value for name, value in bound.arguments.items() if name not in required}
    return tuple(bound.arguments[name] for name in required), named


_NOBODY = "no implementation found for '{}' on types that implement __torch_function__: {}"
_IN_PYTHON = frozenset(("pow", "__rsub__", "__rpow__", "__len__", "__contains__", "__rmatmul__", "split", "norm"))
"""Methods that PyTorch writes in Python: they hand on that no argument came by name as an empty dictionary."""

_PLAIN_METHOD = (
    "Defining your `__torch_function__` as a plain method is deprecated and will be an error in future, please define "
    "it as a classmethod. (Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/python_arg_parser.cpp:359.)"
)


def public_name(public: Function) -> str:
    """``torch.add`` or ``torch.Tensor.add``; of what a fact is read by ``torch.Tensor.shape.__get__``."""
    name = public.__name__
    if hasattr(public, "fact"):
        return f"torch.Tensor.{public.fact}.{name}"
    if name in _OTHERWISE_CALLED.values():
        return next(f"torch.Tensor.{own}" for own, called in _OTHERWISE_CALLED.items() if called == name)
    if hasattr(public, "in_python"):
        return f"torch.nn.functional.{name}"
    return f"torch.Tensor.{name}" if vars(Tensor).get(name) is public else f"torch.{name}"


def default(cls: type[Tensor], func: Function, types: Sequence[type], args: Any = (), kwargs: Any = None) -> Any:
    """What a subclass does that says nothing: the call itself, and its result as one of the class."""
    if not all(issubclass(cls, kind) for kind in types):
        return NotImplemented
    with plainly():
        result = func(*args, **kwargs or {})
        return result if func in _AS_THEY_ARE else converted(result, cls)


def converted(result: Any, cls: type[Tensor]) -> Any:
    """Tensors as ones of the class, also inside of tuples and lists."""
    if cls is Tensor:
        return result
    if isinstance(result, Tensor):
        return result if isinstance(result, cls) else as_subclass(result, cls)
    if isinstance(result, tuple | list):
        return type(result)([converted(x, cls) for x in result])
    return result


def as_subclass(x: Tensor, cls: type[Tensor]) -> Tensor:
    """The same tensor as one of a subclass: a view of it."""
    with plainly():
        return as_one_of(OPS["alias"](x), cls)


def leaf_of_subclass(cls: type[Tensor], data: Tensor, require_grad: bool = False) -> Tensor:
    """A leaf of a subclass that shares the memory of ``data``."""
    with plainly():
        made = as_one_of(OPS["detach"](data), cls)
        made.requires_grad = require_grad
    return made


def as_one_of(fresh: Tensor, cls: type[Tensor]) -> Tensor:
    """A tensor that nobody has seen yet, made one of a subclass."""
    fresh.__class__ = cls
    return fresh


# -- what Python itself asks of tensors --------------------------------------------------------------------------------

_METHODS = {
    "__add__": "add", "__radd__": "add", "__sub__": "sub", "__mul__": "mul", "__rmul__": "mul", "__truediv__": "div",
    "__matmul__": "matmul", "__neg__": "neg", "__abs__": "abs", "__pow__": "pow", "__lt__": "lt", "__le__": "le",
    "__gt__": "gt", "__ge__": "ge", "__ne__": "ne", "__iadd__": "add_", "__isub__": "sub_", "__imul__": "mul_",
    "__itruediv__": "div_",
}  # fmt: skip
"""Operators that PyTorch's classes see as methods."""
_OTHERWISE_CALLED = {"__rtruediv__": "__rdiv__"}
"""What PyTorch's function of an operator is called."""

_NOT_SEEN = frozenset((
    "__new__", "__init_subclass__", "__torch_function__", "__hash__", "__array_wrap__", "__init__",
    "__setattr__", "__getattribute__", "__class_getitem__", "__subclasshook__", "__dir__", "__reduce_ex__",
    "as_subclass", "_make_subclass", "_make_wrapper_subclass",
))  # fmt: skip

_AS_THEY_ARE: set[Function] = set()
"""What gives other tensors than it makes: a gradient is no result."""


def _is_operator(name: str, value: Any) -> bool:
    public = not name.startswith("_") or (name.startswith("__") and name.endswith("__"))
    is_door = getattr(value, "is_door", None) is value
    return callable(value) and not isinstance(value, type) and public and not is_door and name not in _NOT_SEEN


_SEEN_BY_MODES = frozenset((
    "__bool__", "__contains__", "__eq__", "__float__", "__format__", "__getitem__", "__index__", "__int__",
    "__invert__", "__len__", "__repr__", "__rpow__", "__rsub__", "__rtruediv__", "__setitem__",
))  # fmt: skip


def _asked_by_a_program() -> bool:
    """Whether what is asked of a tensor (whoever calls this was called for it) is asked by a program: of what functions
    in here ask, modes see nothing."""
    asking = sys._getframe(2).f_globals.get("__name__", "")
    return not str(asking).startswith(("gradwalk", "torch"))


def _looking_operator(name: str, f: Function) -> Function:
    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _PLAINLY.depth:
            asked = overloaded((*args, *kwargs.values()))
            if asked and name == "__iter__":
                return _iterated(args[0])
            if asked or (MODES and (name in _METHODS or (name in _SEEN_BY_MODES and _asked_by_a_program()))):
                try:
                    return dispatched(getattr(Tensor, _METHODS.get(name, name)), asked, args, kwargs)
                except TypeError as error:
                    if name not in _METHODS or not str(error).startswith("Multiple dispatch"):
                        raise
                    return NotImplemented  # and Python asks the other operand
        return f(*args, **kwargs)

    call.__name__ = _OTHERWISE_CALLED.get(name, name)
    return call


def _iterated(x: Any) -> Iterator[Any]:
    if x.dim() == 0:
        raise TypeError("iteration over a 0-d tensor")
    return iter(x.unbind(0))


def _looking_property(name: str, own: property) -> property:
    def get(self: Any) -> Any:
        return own.fget(self)  # type: ignore[misc]

    def put(self: Any, value: Any) -> None:
        own.fset(self, value)  # type: ignore[misc]

    get.__name__, put.__name__ = "__get__", "__set__"
    get.fact = put.fact = name  # type: ignore[attr-defined]
    if own is vars(Tensor).get("grad"):
        _AS_THEY_ARE.add(get)

    def look(self: Any) -> Any:
        if not _PLAINLY.depth and ((asked := overloaded((self,))) or (MODES and _asked_by_a_program())):
            return dispatched(get, asked, (self,), {})
        return own.fget(self)  # type: ignore[misc]

    def look_and_put(self: Any, value: Any) -> None:
        if not _PLAINLY.depth and ((asked := overloaded((self,))) or (MODES and _asked_by_a_program())):
            dispatched(put, asked, (self, value), {})
        else:
            own.fset(self, value)  # type: ignore[misc]

    return property(look, look_and_put if own.fset else None, own.fdel)


def _see(kind: type) -> None:
    if "__torch_dispatch__" in vars(kind):
        raise NotImplementedError(
            "Gradwalk has no __torch_dispatch__: ops are not handed to a class one by one; __torch_function__ sees "
            "each call."
        )
    begin()
    keep_to_the_snippet(kind)


def _wrapped(*args: Any, **kwargs: Any) -> NoReturn:
    raise NotImplementedError(
        "Gradwalk has no Tensor._make_wrapper_subclass: a tensor holds its own numbers; as_subclass makes one of your "
        "class."
    )


Tensor._subclassed = staticmethod(_see)
for _name, _method in {
    "__torch_function__": classmethod(default),
    "as_subclass": as_subclass,
    "_make_subclass": staticmethod(leaf_of_subclass),
    "_make_wrapper_subclass": staticmethod(_wrapped),
}.items():
    setattr(Tensor, _name, _method)
