"""The overloads of PyTorch's functions, as data: what each takes, and how PyTorch prints it.

``signatures.txt`` holds a line for each overload, recorded from PyTorch by ``tests/oracle/record_signatures.py``: in
order of the names, so that a name is found without going through all.
They are gone through for types of arguments that a function has not taken yet, and for the words of a call that failed.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from itertools import islice, takewhile
from typing import NamedTuple

from ..home import lines_of

_PRINTED = {
    "Scalar": "Number", "int64_t": "int", "SymInt": "int", "double": "float", "TensorList": "tuple of Tensors",
    "IntArrayRef": "tuple of ints", "SymIntArrayRef": "tuple of ints", "ScalarList": "tuple of Scalars",
    "ArrayRef<double>": "tuple of floats", "ScalarType": "torch.dtype", "Layout": "torch.layout",
    "MemoryFormat": "torch.memory_format", "Device": "torch.device", "Generator": "torch.Generator",
    "c10::string_view": "str", "PyObject*": "object", "Storage": "torch.Storage",
}  # fmt: skip
"""By the name of a type in C++, its name in PyTorch's errors, where that is another."""

_NUMPY_NAMES = {"dim": ("axis",), "keepdim": ("keepdims",), "input": ("x", "a", "x1"), "other": ("x2",)}


class Parameter(NamedTuple):
    """One argument of an overload."""

    name: str
    kind: str
    """Its type, as PyTorch's errors call it."""
    size: int
    """How long a tuple one number stands for; 0 if a tuple must be one."""
    allows_none: bool
    default: str | None
    keyword_only: bool
    is_symbolic: bool
    """Whether it is an integer that PyTorch's compiler may leave open: whatever has an index will do."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, and what it is called in numpy."""
        return (self.name, *_NUMPY_NAMES.get(self.name, ()))

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" + ("" if self.default is None else f" = {self.default}")


class Signature(NamedTuple):
    """One overload of a function."""

    name: str
    parameters: tuple[Parameter, ...]
    is_deprecated: bool

    @property
    def positional(self) -> int:
        """How many arguments may be given by position."""
        return sum(not parameter.keyword_only for parameter in self.parameters)

    @property
    def required(self) -> int:
        return sum(parameter.default is None for parameter in self.parameters)

    @property
    def takes_numbers_apart(self) -> bool:
        """Whether ``f(2, 3)`` means ``f((2, 3))``."""
        return self.positional == 1 and self.parameters[0].kind == "tuple of ints"

    def __str__(self) -> str:
        pieces = [str(parameter) for parameter in self.parameters]
        if self.positional < len(pieces):
            pieces.insert(self.positional, "*")
        return f"({', '.join(pieces)})"


_LINES = lines_of("surface", "signatures.txt")


def head_of(line: str) -> str:
    """Where the function of a line is published, and its name: ``torch add``."""
    return line[: line.index("(")]


def _first(head: str) -> int:
    """Where the lines of a function begin, or would."""
    return bisect_left(_LINES, head, key=head_of)


@functools.cache
def overloads(place: str, name: str) -> tuple[Signature, ...]:
    """All overloads of a function; none if PyTorch parses its arguments in Python.

    ``place``: ``torch``, ``Tensor``, ``nn``, ``linalg``, ``special`` or ``fft``.
    """
    head = f"{place} {name}"
    lines = islice(_LINES, _first(head), None)
    return tuple(signature_of(line) for line in takewhile(lambda line: head_of(line) == head, lines))


def is_recorded(place: str, name: str) -> bool:
    """Whether a function has overloads here."""
    head = f"{place} {name}("
    first = _first(head[:-1])
    return first < len(_LINES) and _LINES[first].startswith(head)


def writes_in_place(name: str) -> bool:
    """Whether ``torch`` has a function of that name that writes into its first argument."""
    return name.endswith("_") and is_recorded("torch", name)


def signature_of(line: str) -> Signature:
    """An overload that is written as those of ``signatures.txt`` are."""
    text, _, mark = line.partition(" ")[2].partition("|")
    name, _, inside = text.partition("(")
    parameters = []
    keyword_only = False
    for piece in inside.removesuffix(")").split(", "):
        if piece == "*":
            keyword_only = True
        elif piece:
            parameters.append(_parameter(piece, keyword_only))
    return Signature(name, tuple(parameters), mark == "deprecated")


def _parameter(piece: str, keyword_only: bool) -> Parameter:
    """``IntArrayRef[1]? dim=None``: a type, for a tuple its length, whether None will do, the name and the default."""
    written, _, named = piece.partition(" ")
    kind, _, size = written.removesuffix("?").removesuffix("]").partition("[")
    name, has_default, default = named.partition("=")
    return Parameter(
        name=name,
        kind=_PRINTED.get(kind, kind),
        size=int(size or 0),
        allows_none=written.endswith("?") or default == "None",
        default=default if has_default else None,
        keyword_only=keyword_only,
        is_symbolic=kind == "SymInt",
    )
