"""What PyTorch's argument parser says of arguments that fit no overload of a function, word for word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import errors
from ..device import Parser
from ..tensor import Tensor
from .signatures import Parameter, Signature, signature_of

_TAKES_NUMBERS = frozenset(
    ("add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "floor_divide", "copy", "to")
)
"""Functions whose tensors may be Python numbers."""

_OF_TORCH = frozenset(("dtype", "device", "layout", "Size", "memory_format", "finfo", "iinfo"))
"""Classes that PyTorch writes in C, so that their names are said with their module."""


def refusal(signatures: Sequence[Signature], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """Why no overload takes the arguments; None if one does. ``args`` are without the tensor a method is called on."""
    if len(signatures) == 1:
        return _why_not(signatures[0], args, kwargs)
    for signature in signatures:
        if _misfit(signature, args, kwargs) is None:
            return _unpacking(signature, args, kwargs)
    count = len(args) + len(kwargs)
    shown = [signature for signature in signatures if not signature.is_deprecated]
    plausible = [x for x in shown if x.required <= count <= len(x.parameters)]
    if len(plausible) == 1:
        return _why_not(plausible[0], args, kwargs)
    return combination(signatures[0].name, [str(x) for x in shown], args, kwargs)


def matching(signatures: Sequence[Signature], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Signature | None:
    """The overload that is taken."""
    return next((x for x in signatures if _misfit(x, args, kwargs) is None), None)


def _why_not(signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    return _misfit(signature, args, kwargs) or _unpacking(signature, args, kwargs)


def _misfit(signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """Why the overload does not take the arguments; None if it does."""
    name = signature.name
    if len(args) > signature.positional and not (signature.takes_numbers_apart and _is_index(args[0])):
        return _too_many(signature, len(args))
    position, used = 0, 0
    for index, parameter in enumerate(signature.parameters):
        by_name = position >= len(args)
        if not by_name and parameter.keyword_only:
            return _too_many(signature, len(args))
        given = by_name and any(each in kwargs for each in parameter.names)
        value = next((kwargs[x] for x in parameter.names if x in kwargs), None) if by_name else args[position]
        used += given
        if by_name and not given:
            if parameter.default is None:
                return _missing(signature, index)
            continue
        if not (value is None and parameter.allows_none) and not _fits(parameter, value, name):
            if position == 0 and not by_name and signature.takes_numbers_apart and _is_index(value):
                position = len(args)  # f(2, 3)
                continue
            where = "" if by_name else f" (position {position + 1})"
            found = f"not {type_name(value)}" if by_name else _found(parameter, value)
            return f"{name}(): argument '{parameter.name}'{where} must be {parameter.kind}, {found}"
        position += not by_name
    return _unexpected(signature, kwargs, len(args)) if used < len(kwargs) else None


def _found(parameter: Parameter, value: Any) -> str:
    if parameter.kind == "tuple of ints" and isinstance(value, tuple | list) and value:
        return f"but found element of type {type_name(value[0])} at pos 0"
    return f"not {type_name(value)}"


def _too_many(signature: Signature, given: int) -> str:
    most, least = signature.positional, signature.required
    if least != most:
        return f"{signature.name}() takes from {least} to {most} positional arguments but {given} were given"
    return (
        f"{signature.name}() takes {most} positional argument{'' if most == 1 else 's'} but {given} "
        f"{'was' if given == 1 else 'were'} given"
    )


def _missing(signature: Signature, first: int) -> str:
    names = [f'"{x.name}"' for x in signature.parameters[first:] if x.default is None]
    plural = "s" if len(names) == 1 else ""  # the wrong way round, as in PyTorch
    return f"{signature.name}() missing {len(names)} required positional argument{plural}: {', '.join(names)}"


def _unexpected(signature: Signature, kwargs: Mapping[str, Any], positional: int) -> str:
    places = {name: place for place, x in enumerate(signature.parameters) for name in (x.name,)}
    for name in kwargs:
        if name not in places:
            return f"{signature.name}() got an unexpected keyword argument '{name}'"
        if places[name] < positional:
            return f"{signature.name}() got multiple values for argument '{name}'"
    return "invalid keyword arguments"


def _unpacking(signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """What is wrong inside a tuple of integers: its first element alone decides which overload is taken."""
    for place, parameter in enumerate(signature.parameters):
        if parameter.kind != "tuple of ints":
            continue
        value = args[place] if place < len(args) else kwargs.get(parameter.name)
        if place == 0 and signature.takes_numbers_apart and not isinstance(value, tuple | list):
            value = args
        for number, element in enumerate(value if isinstance(value, tuple | list) else (), 1):
            if not _is_element(element):
                return (
                    f"{signature.name}(): argument '{parameter.name}' failed to unpack the object at pos {number} with "
                    f'error "type must be tuple of ints,but got {type_name(element)}"'
                )
            if isinstance(element, int) and not -(2**63) <= element < 2**63:
                return (
                    f"{signature.name}(): argument '{parameter.name}' failed to unpack the object at pos {number} with "
                    'error "Overflow when unpacking long long\n"'
                )
    return None


def combination(name: str, options: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """All overloads, each with why it does not fit if it takes as many arguments."""
    words = f"{name}() received an invalid combination of arguments - "
    given = dict(reversed(list(kwargs.items())))  # in the order of a C++ hash table: the last comes first
    if len(options) == 1:
        pieces = _pieces(options[0])
        unknown = [key for key in given if key not in _names(pieces)]
        if unknown:
            return f"{words}got unrecognized keyword arguments: {', '.join(unknown)}"
        counted = len(pieces) == len(args) + len(given)
        got = _marked(pieces, args, given) if counted else _described(args, given)
        return f"{words}got {got}, but expected {options[0]}"
    words += f"got {_described(args, given)}, but expected one of:\n"
    for option in options:
        words += f" * {option}\n"
        pieces = _pieces(option)
        if len(pieces) != len(args) + len(given):
            continue
        unknown = [key for key in given if key not in _names(pieces)]
        if unknown:
            words += f"      didn't match because some of the keywords were incorrect: {', '.join(unknown)}\n"
        else:
            marked = _marked(pieces, args, given)
            words += f"      didn't match because some of the arguments have invalid types: {marked}\n"
    return words


def _pieces(option: str) -> list[tuple[str, str]]:
    """Type and name of each argument as PyTorch reads them back from the printed overload: the name is what follows
    the last space, so one with a default is called by that, and even the star counts as an argument."""
    pieces = []
    for piece in option[1:-1].split(", "):
        kind, _, name = piece.rpartition(" ")
        pieces.append((kind, name))
    return pieces


def _names(pieces: Sequence[tuple[str, str]]) -> set[str]:
    return {name for _, name in pieces}


def _described(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    return _listed([*map(type_name, args), *(f"{key}={type_name(value)}" for key, value in kwargs.items())], args)


def _marked(pieces: Sequence[tuple[str, str]], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """The types of the arguments, those that do not fit between exclamation marks."""
    found = []
    for number, (kind, name) in enumerate(pieces):
        is_keyword = number >= len(args)
        value = kwargs[name] if is_keyword else args[number]
        text = (f"{name}=" if is_keyword else "") + _spelled(value)
        found.append(text if type_name(value) in _READ_AS.get(kind, (kind,)) else f"!{text}!")
    return _listed(found, args)


_READ_AS = {"int": ("int",), "float": ("float", "int")}


def _listed(words: Sequence[str], args: Sequence[Any]) -> str:
    return f"({', '.join(words)}{', ' if words and not args else ''})"


def _spelled(value: Any) -> str:
    """The type of a value, and of its elements if it is a sequence."""
    if isinstance(value, tuple):
        return f"{type_name(value)} of ({', '.join(map(type_name, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"{type_name(value)} of [{', '.join(map(type_name, value))}]"
    return type_name(value)


def type_name(value: Any) -> str:
    """A type as CPython's C names it, those of PyTorch's that are classes in Python here too."""
    kind = type(value)
    if kind.__module__ == "torch" and kind.__name__ in _OF_TORCH:
        return f"torch.{kind.__name__}"
    if kind.__module__ == "torch" and kind.__name__ == "Generator":
        return "torch._C.Generator"
    return errors.type_name(value)


def _is_whole(value: Any) -> bool:
    """What an ``int64_t`` may be."""
    if isinstance(value, Tensor):
        return value._array.ndim == 0 and value._array.dtype.kind in "iu"
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_index(value: Any) -> bool:
    """What a ``SymInt`` may be, and the first of a tuple of integers."""
    if isinstance(value, Tensor):
        return value._array.size == 1 and value._array.dtype.kind in "iub"
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iu"
    return hasattr(value, "__index__") and not isinstance(value, bool | np.bool_)


def _is_element(value: Any) -> bool:
    """What the others of a tuple of integers may be."""
    return isinstance(value, bool) or _is_index(value)


def _is_fraction(value: Any) -> bool:
    """What a ``double`` may be."""
    if isinstance(value, Tensor):
        return value._array.ndim == 0 and not value.requires_grad
    return isinstance(value, int | float | np.number | np.bool_)


def _fits(parameter: Parameter, value: Any, function: str) -> bool:
    if parameter.kind == "Tensor":
        if function.removesuffix("_") in _TAKES_NUMBERS and isinstance(value, _NUMBERS):
            return True
        return isinstance(value, Tensor)
    if parameter.kind == "int" and parameter.is_symbolic:
        return _is_index(value)
    if parameter.kind == "tuple of ints":
        if isinstance(value, tuple | list):
            return not value or _is_index(value[0])
        return parameter.size > 0 and _is_index(value)
    if parameter.kind == "tuple of Tensors":
        return isinstance(value, tuple | list) and _all_tensors(parameter, value)
    return _CHECKS.get(parameter.kind, lambda value: True)(value)


_NUMBERS = (int, float, complex, np.number, np.bool_)


def _all_tensors(parameter: Parameter, value: Sequence[Any]) -> bool:
    """Raises TypeError, whatever other overloads say, for a sequence of tensors with something else in it."""
    if parameter.name == "tensors":
        for number, element in enumerate(value):
            if not isinstance(element, Tensor):
                words = f"expected Tensor as element {number} in argument 0, but got {type_name(element)}"
                raise TypeError(words) from None
    return True


def _are_fractions(value: Any) -> bool:
    if not isinstance(value, tuple | list):
        return False
    return not value or (_is_fraction(value[0]) and not isinstance(value[0], Tensor))


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "Number": lambda value: isinstance(value, complex) or _is_fraction(value),
    "float": _is_fraction,
    "int": _is_whole,
    "bool": lambda value: isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "torch.dtype": lambda value: (
        type_name(value) == "torch.dtype" or any(value is x for x in (int, float, bool, complex))
    ),
    "torch.device": lambda value: (
        isinstance(value, str)
        or type_name(value) == "torch.device"
        or (_is_whole(value) and not isinstance(value, Tensor))
    ),
    "torch.layout": lambda value: type_name(value) == "torch.layout",
    "torch.memory_format": lambda value: type_name(value) == "torch.memory_format",
    "torch.Generator": lambda value: type_name(value) == "torch._C.Generator",
    "tuple of floats": _are_fractions,
    "tuple of Scalars": _are_fractions,
}


_DEVICE = ("torch device(Device device)", "torch device(c10::string_view type, int64_t index=-1)")


def _refused_device(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    return refusal([signature_of(each) for each in _DEVICE], args, kwargs)


Parser.refusal = _refused_device
