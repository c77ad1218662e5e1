"""Operators that a program makes of functions: called by name, differentiated by a formula of their own."""

from __future__ import annotations

import inspect
import math
import re
import typing
from ast import literal_eval
from collections.abc import Callable, Iterable, Sequence
from types import NoneType, UnionType
from typing import Any, Final

from gradwalk.engine import Tensor, dtypes, grad_mode
from gradwalk.engine.device import device
from gradwalk.engine.storage import root_of
from gradwalk.engine.wrapped import Wrapped
from gradwalk.engine.writes import count_write

from .autograd import Function

_PLAIN: Final[dict[Any, str]] = {
    Tensor: "Tensor", int: "SymInt", float: "float", bool: "bool", str: "str", dtypes.dtype: "ScalarType",
    device: "Device",
}  # fmt: skip
"""What schemas call a parameter's type."""
_ALIASES = (
    "{} (with implementation in {}): The output of this custom operator (1) must not also be an input to this custom "
    "operator and (2) may not alias any inputs to this custom operator or other returns. The most common way to "
    "trigger this error is if we have y = custom_op(x) and y and x are the same Tensor. Please instead return a clone "
    "of the offending output tensor(s) (e.g. return x.clone()) or refactor the custom operator to not return y."
)
_NOT_FUNCTIONAL = (
    "Cannot register autograd formula for non-functional operator {} with schema {}. Please create a functional "
    "operator and register an autograd formula for that."
)
_NO_DETAILS = "(#define PYBIND11_DETAILED_ERROR_MESSAGES or compile in debug mode for details)"
_WRITTEN_TO: Final = re.compile(r"\(a\d*!?\)")
"""Says of a tensor that the operator writes to it."""
_PART: Final = re.compile(r"""(?:"[^"]*"|'[^']*'|\[[^\]]*\]|\([^)]*\)|[^,])+""")
"""A parameter of a schema, whose default may have commas of its own."""

_FLOAT: Final = re.compile(r"(\bfloat\??(?: \w+)=)(-?[0-9][0-9.e+-]*)")
"""A parameter that is a fraction, and its default."""

OPERATORS: Final[dict[str, CustomOpDef]] = {}
"""All that there are, by ``namespace::name``."""


def _as_c_writes(number: float) -> str:
    """A default as PyTorch's declarations show it: whole ones end in a point, others have 17 digits."""
    return f"{int(number)}." if number == int(number) and abs(number) < 1e10 else f"{number:.17g}"


def _type_of(annotation: Any) -> str | None:
    """A type as schemas write it; None for one that they have no word for."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, UnionType):
        if set(inner) == {int, float, bool}:
            return "Scalar"
        rest = [x for x in inner if x is not NoneType]
        found = _type_of(rest[0]) if len(rest) == 1 and len(inner) == 2 else None
        return f"{found}?" if found else None
    if origin in (list, Sequence) and len(inner) == 1:
        found = _type_of(inner[0])
        return f"{found}[]" if found else None
    return _PLAIN.get(annotation)


def infer_schema(prototype_function: Callable[..., Any], /, *, mutates_args: Any, op_name: str | None = None) -> str:
    """The schema that a function's annotations say. Raises ValueError for types that schemas have no word for."""
    signature = inspect.signature(prototype_function, eval_str=True)

    def refuse(what: str) -> ValueError:
        shown = inspect.signature(prototype_function)
        return ValueError(f"infer_schema(func): {what} Got func with signature {shown})")

    written: list[str] = []
    has_star = False
    for number, x in enumerate(signature.parameters.values()):
        if x.kind not in (x.POSITIONAL_OR_KEYWORD, x.KEYWORD_ONLY):
            raise refuse("We do not support positional-only args, varargs, or varkwargs.")
        if x.kind is x.KEYWORD_ONLY and not has_star:
            has_star = True
            written.append("*")
        if x.annotation is x.empty:
            raise refuse(f"Parameter {x.name} must have a type annotation.")
        kind = _type_of(x.annotation)
        if kind is None:
            raise refuse(f"Parameter {x.name} has unsupported type {x.annotation}.")
        if x.name in mutates_args:
            kind = kind.replace("Tensor", f"Tensor(a{number}!)", 1)
        text = f"{kind} {x.name}"
        if x.default is not x.empty:
            if not (x.default is None or isinstance(x.default, int | float | bool | str)):
                raise refuse(
                    f"Parameter {x.name} has an unsupported default value type {type(x.default)}. Please file an issue "
                    "on GitHub so we can prioritize this."
                )
            shown = f'"{x.default}"' if isinstance(x.default, str) else str(x.default)
            text += f"={shown}"
        written.append(text)
    return f"{op_name or ''}({', '.join(written)}) -> {_result_of(signature, refuse)}"


def _result_of(signature: inspect.Signature, refuse: Callable[[str], ValueError]) -> str:
    annotation = signature.return_annotation
    if annotation is inspect.Signature.empty:
        raise refuse("No return type annotation was provided. Please add one.")
    if annotation is None:
        return "()"
    several = typing.get_origin(annotation) is tuple
    kinds = [_type_of(x) for x in (typing.get_args(annotation) if several else (annotation,))]
    if None in kinds:
        raise refuse(f"Return has unsupported type {annotation}.")
    text = ", ".join(str(x) for x in kinds)
    return f"({text})" if several else text


def _parameters_of(schema: str) -> list[tuple[str, str, bool, Any]]:
    """Type, name, whether by name alone, and default (``...`` for none) of each argument that a schema has."""
    inside = schema[schema.index("(") + 1 : schema.rindex(") ->")]
    found: list[tuple[str, str, bool, Any]] = []
    by_name = False
    for part in _PART.findall(inside):
        if part.strip() == "*":
            by_name = True
            continue
        text, _, default = part.strip().partition("=")
        kind, _, name = text.rpartition(" ")
        words = {"True": True, "False": False, "None": None, "inf": math.inf, "-inf": -math.inf, "nan": math.nan}
        value: Any = ... if not default else words[default] if default in words else literal_eval(default)
        found.append((kind, name, by_name, value))
    return found


_TAKEN: Final[dict[str, tuple[str, tuple[type, ...], Callable[[Any], Any]]]] = {
    "SymInt": ("int", (int, Tensor), int), "int": ("int", (int, Tensor), int),
    "Tensor": ("Tensor", (Tensor,), lambda x: x), "float": ("float", (int, float, Tensor), float),
    "bool": ("bool", (int, float), bool), "str": ("str", (str,), str),
}  # fmt: skip
"""Of a parameter's type: what messages call it, what is taken for it, and what makes it of that."""


def _taken(kind: str, value: Any) -> Any:
    """An argument as the operator gets it. Raises TypeError, which names the type, for one that it does not take."""
    plain = _WRITTEN_TO.sub("", kind.removesuffix("?"))
    may_be_none = kind.endswith("?")
    if plain not in _TAKEN or (may_be_none and value is None):
        return value
    name, kinds, make = _TAKEN[plain]
    if not isinstance(value, kinds):
        raise TypeError(f"Optional[{name}]" if may_be_none else name)
    return make(value)


class CustomOpDef:
    """An operator of a program's own, and the functions that say more of it."""

    __module__ = "torch._library.custom_ops"

    def __init__(self, namespace: str, name: str, schema: str, fn: Callable[..., Any] | None,
                 by_formula: bool = True) -> None:  # fmt: skip
        self._namespace, self._name, self._schema, self._init_fn = namespace, name, schema, fn
        self._qualname = f"{namespace}::{name}"
        self._parameters = _parameters_of(schema)
        self._kernel = fn
        self._by_formula = by_formula
        self._named: dict[str, Any] = {}
        """What the call that is under way was given by name alone."""
        self._backward: Callable[..., Any] | None = None
        self._setup: Callable[..., Any] | None = None
        self._batches: Callable[..., Any] | None = None
        """What it does under ``vmap``; None if it goes item by item."""
        self._function = self._function_of()
        OPERATORS[self._qualname] = self

    @property
    def _declaration(self) -> str:
        return f"{self._qualname}{_FLOAT.sub(lambda found: found[1] + _as_c_writes(float(found[2])), self._schema)}"

    @property
    def _opoverload(self) -> Any:
        from .ops import overload_of

        return overload_of(self)

    # -- what is said of it ---------------------------------------------------------------------------------------

    def register_autograd(self, backward: Callable[..., Any], /, *, setup_context: Any = None) -> None:
        """Have it differentiated by ``backward(ctx, *grads)``, after ``setup_context(ctx, inputs, output)``."""
        if "!" in self._schema:
            raise RuntimeError(_NOT_FUNCTIONAL.format(self, self._declaration))
        self._backward, self._setup, self._by_formula = backward, setup_context, True

    def register_kernel(self, device_types: Any, func: Callable[..., Any] | None = None, /) -> Any:
        """Have it done otherwise on a kind of device; on the CPU that is heeded."""

        def register(fn: Callable[..., Any]) -> Callable[..., Any]:
            kinds = [device_types] if isinstance(device_types, str) else device_types
            if device_types is None or "cpu" in kinds:
                self._kernel = fn
            return fn

        return register if func is None else register(func)

    def register_fake(self, fn: Callable[..., Any], /) -> Callable[..., Any]:
        """Take the function that says what shapes come out; nobody asks it here."""
        return fn

    def register_vmap(self, func: Callable[..., Any] | None = None, /) -> Any:
        """Have ``func(info, in_dims, *args)`` say what it gives on a batch, and where the batch lies in that."""

        def register(fn: Callable[..., Any]) -> None:
            self._batches = fn

        return register if func is None else register(func)

    # -- calls ----------------------------------------------------------------------------------------------------

    def _bound(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments in their order, and those that come by name alone. Raises RuntimeError as PyTorch does."""
        where = f"Declaration: {self._declaration}"
        positional = [x for x in self._parameters if not x[2]]
        given, limit = len(args) + len(kwargs), len(self._parameters)
        if given > limit or len(args) > len(positional):
            raise RuntimeError(
                f"{self._qualname}() expected at most {limit} argument(s) but received {given} argument(s). {where}"
            )
        found: dict[str, Any] = {}
        rest = dict(kwargs)
        for place, (kind, name, _, default) in enumerate(self._parameters):
            if place < len(args):
                value = args[place]
            elif name in rest:
                value = rest.pop(name)
            elif default is not ...:
                value = default
            else:
                raise RuntimeError(f"{self._qualname}() is missing value for argument '{name}'. {where}")
            try:
                found[name] = _taken(kind, value)
            except TypeError as error:
                to = "Tensor" if str(error) == "Tensor" else f"C++ type '?' {_NO_DETAILS}"
                what = value if to == "Tensor" else f"Python instance of type {type(value)}"
                raise RuntimeError(
                    f"{self._qualname}() Expected a value of type '{error}' for argument '{name}' but instead found "
                    f"type '{type(value).__name__}'.\nPosition: {place}\nValue: {value!r}\n{where}\n"
                    f"Cast error details: Unable to cast {what} to {to}"
                ) from None
        if rest:
            unknown = next(iter(rest))
            raise RuntimeError(f"Unknown keyword argument '{unknown}' for operator '{self._qualname}'. {where}")
        return [found[x[1]] for x in positional], {x[1]: found[x[1]] for x in self._parameters if x[2]}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What it gives; a node of the graph where an argument requires grad."""
        given, named = self._bound(args, kwargs)
        if not self._by_formula:
            return self._done(given, named)
        tensors = [*_tensors((given, named))]
        batch = next((x for x in tensors if isinstance(x, Wrapped)), None)
        if batch is not None:
            while self._batches and given and not isinstance(given[-1], Tensor) and self._is_default(given):
                given.pop()
            return batch.operated(self, self._batches, given, named)
        follows = grad_mode.is_grad_enabled() and any(x.requires_grad for x in tensors)
        if not follows or self._schema.endswith("()"):
            with grad_mode.no_grad():
                return self._done(given, named)
        if any(x.requires_grad for each in given if isinstance(each, list | tuple) for x in _tensors(each)):
            raise NotImplementedError(
                "Gradwalk's custom operators carry no gradients to lists of tensors: pass the tensors one by one."
            )
        self._named = named
        return self._function.apply(*given)

    def _is_default(self, given: list[Any]) -> bool:
        default = [x for x in self._parameters if not x[2]][len(given) - 1][3]
        return default is not ... and bool(default == given[-1])

    def _done(self, given: list[Any], named: dict[str, Any]) -> Any:
        if self._kernel is None:
            raise NotImplementedError(f"Could not run '{self._qualname}' with arguments from the 'CPU' backend.")
        result = self._kernel(*given, **named)
        returned = [*_tensors(result)]
        if self._schema.endswith("-> Tensor") and not isinstance(result, Tensor):
            raise RuntimeError(f"Unable to cast {result} to Tensor")
        if self._by_formula:
            seen = {id(root_of(x._storage)) for x in _tensors((given, named))}
            for x in returned:
                if id(root_of(x._storage)) in seen:
                    raise RuntimeError(_ALIASES.format(self._name, inspect.getmodule(type(self))))
                seen.add(id(root_of(x._storage)))
        for (kind, _, _, _), value in zip(self._parameters, (*given, *named.values()), strict=True):
            for x in _tensors(value) if "!" in kind else ():
                count_write(x._storage)
        return result

    def _function_of(self) -> Any:
        operator = self

        def forward(ctx: Any, *args: Any) -> Any:
            given, named = [*args], operator._named
            result = operator._done(given, named)
            if operator._setup is not None:
                more = {"keyword_only_inputs": named} if named else {}
                operator._setup(ctx=ctx, inputs=tuple(given), output=result, **more)
            return result

        def backward(ctx: Any, *grads: Any) -> Any:
            if operator._backward is None:
                raise RuntimeError(
                    f"Trying to backward through {operator._namespace}.{operator._name}.default but no autograd "
                    "formula was registered. Please use register_autograd to add one."
                )
            found = operator._backward(ctx, *grads)
            return tuple(found) if isinstance(found, list) else found

        return type(
            f"GeneratedBackwardFor_{self._namespace}_{self._name}_default", (Function,),
            {"forward": staticmethod(forward), "backward": staticmethod(backward)},
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<CustomOpDef({self._qualname})>"


def _tensors(value: Any) -> Iterable[Tensor]:
    """The tensors among arguments or results."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors([*value.values()])
    elif isinstance(value, list | tuple):
        for x in value:
            yield from _tensors(x)
