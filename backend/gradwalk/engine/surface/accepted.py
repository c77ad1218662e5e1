"""Looks at the arguments of a call before it is made: which types a function takes, learnt once from its overloads.

What PyTorch's parser says depends on the types of the arguments alone, but for elements of sequences and for tensors
that stand for numbers. So types that it has taken once are kept in a tree, and going down the tree is all that a
usual call pays. Anything else is decided by going through the overloads, and what stands for a number is made one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..dtypes import OF_PYTHON
from ..modes import COMPLEX_NUMBERS, switch
from ..size import Size
from ..tensor import Tensor
from .argument_parser import matching, refusal
from .deprecated import rearranged, successor, warn_of
from .signatures import Signature, overloads

TAKEN = None
"""Where a path down the tree ends: the places of sequences whose elements must be integers."""

UNKNOWN: tuple[int | str, ...] = ("",)
"""Stands for those places where a path does not end."""

Args = tuple[Any, ...]
Named = dict[str, Any]


class Accepted:
    """What is known of the arguments of one public function."""

    __slots__ = ("is_method", "name", "one", "place", "tree", "two")

    def __init__(self, place: str, name: str) -> None:
        self.place = place
        self.name = name
        self.is_method = place == "Tensor"
        self.tree: dict[Any, Any] = {}
        """By the types of all arguments by position, then by name and type of each by name, what is at ``TAKEN``."""
        self.one: dict[type, Any] = {}
        """The same by the type of the only argument, besides the tensor that a method is called on."""
        self.two: dict[type, dict[type, Any]] = {}
        """The same by the types of two."""

    def look(self, args: Args, kwargs: Named) -> tuple[Args, Named]:
        """The arguments as the function takes them. Raises TypeError, to be explained, if PyTorch does not."""
        signatures = overloads(self.place, self.name)
        given = args[self.is_method :]
        if refusal(signatures, given, kwargs) is not None:
            raise TypeError
        signature = matching(signatures, given, kwargs)
        assert signature is not None
        kinds = kinds_of(signature, given, kwargs)
        values = [*given, *kwargs.values()]
        if any(isinstance(value, complex | np.complexfloating) for value in values):
            switch(COMPLEX_NUMBERS, True)
        read = [as_python(kind, value) for kind, value in zip(kinds, values, strict=True)]
        count = len(given)
        today = successor(signature, signatures, given, kwargs)
        if today is not None:
            warn_of(signature, signatures)
            places, named = rearranged(signature, today, read[:count], dict(zip(kwargs, read[count:], strict=True)))
            return (*args[: self.is_method], *places), named
        if all(map(is_typical, kinds, values)):
            self._keep(kinds, args, kwargs)
        return (*args[: self.is_method], *read[:count]), dict(zip(kwargs, read[count:], strict=True))

    def _keep(self, kinds: Sequence[str], args: Args, kwargs: Named) -> None:
        """Have the next call with these types go through."""
        given = args[self.is_method :]
        places = [*range(int(self.is_method), len(args)), *kwargs]
        listed = [*map(is_list, given), *map(is_list, kwargs.values())]
        sequences = tuple(
            place for place, kind, is_one in zip(places, kinds, listed, strict=True) if is_one and kind == INTEGERS
        )
        if len(given) == 1 and not kwargs:
            self.one[type(given[0])] = sequences
        elif len(given) == 2 and not kwargs:
            self.two.setdefault(type(given[0]), {})[type(given[1])] = sequences
        else:
            keep_path(self.tree, args, kwargs, sequences)


Places = tuple[int | str, ...]
Tree = dict[Any, Any]


def keep_path(tree: Tree, args: Sequence[Any], kwargs: Mapping[str, Any], sequences: Places) -> None:
    """Note that arguments of these types are taken, sequences at these places if their elements are integers."""
    for value in args:
        tree = tree.setdefault(type(value), {})
    for name, value in kwargs.items():
        tree = tree.setdefault(name, {}).setdefault(type(value), {})
    tree[TAKEN] = sequences


def path_of(tree: Tree, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Places:
    """What was noted for arguments of these types. Raises KeyError if nothing was."""
    for value in args:
        tree = tree[type(value)]
    for key, value in kwargs.items():
        tree = tree[key][type(value)]
    return tree[TAKEN]  # type: ignore[no-any-return]


def are_whole(sequences: Sequence[int | str], args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether the sequences at these places hold Python's integers only."""
    for place in sequences:
        for element in args[place] if isinstance(place, int) else kwargs[place]:
            if type(element) is not int:
                return False
    return True


INTEGERS = "tuple of ints"


def kinds_of(signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[str]:
    """The kind of parameter that each argument is given for."""
    named = {name: parameter.kind for parameter in signature.parameters for name in parameter.names}
    if signature.takes_numbers_apart and args and not isinstance(args[0], tuple | list):
        by_position = ["int"] * len(args)
    else:
        by_position = [signature.parameters[place].kind for place in range(len(args))]
    return [*by_position, *(named[name] for name in kwargs)]


def is_list(value: Any) -> bool:
    """Whether its elements have to be looked at: a Size has integers only."""
    return isinstance(value, tuple | list) and not isinstance(value, Size)


def is_typical(kind: str, value: Any) -> bool:
    """Whether any value of this type would do as well, just as it is; of a complex number something is to be done."""
    if isinstance(value, complex | np.complexfloating):
        return False
    if isinstance(value, Tensor):
        return kind in ("Tensor", "object")
    if isinstance(value, np.generic | np.ndarray):
        return kind == "object"
    if isinstance(value, type):
        return kind != "torch.dtype"
    return not (is_list(value) and kind in ("tuple of floats", "tuple of Scalars"))


def as_python(kind: str, value: Any) -> Any:
    """The number, or numbers, that PyTorch reads from what stands for one."""
    if value is None or kind == "object":
        return value
    if kind == "int":
        return value if type(value) is int else int(_item(value))
    if kind == INTEGERS:
        if not isinstance(value, tuple | list):
            return value if type(value) is int else int(_item(value))
        if all(type(element) is int for element in value):
            return value
        return tuple(int(_item(element)) for element in value)
    if kind == "float" or (kind in ("Number", "Tensor") and isinstance(value, np.bool_)):
        return value if type(value) in (int, float) else float(_item(value))
    if kind == "Number" or (kind == "Tensor" and isinstance(value, np.generic)):
        return _item(value)
    return OF_PYTHON.get(value, value) if kind == "torch.dtype" else value


def _item(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value._array.item()
    return value.item() if isinstance(value, np.generic | np.ndarray) else value
