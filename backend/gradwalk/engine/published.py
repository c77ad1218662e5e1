"""Public functions in C, where the core is used: they take arguments of types that they have taken before as the Python
does that goes with each, which gets all other calls, and those that have failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .core import CORE
from .op import OPS

Function = Callable[..., Any]


NO_PLACE = 2**62
"""More arguments than any function has."""


class AsOp:
    """The op that a public function is, if all that it is given are tensors: so many, each of as many dimensions; -1
    for any number."""

    __slots__ = ("dims", "name", "operands")

    def __init__(self, name: str, operands: int, dims: int = -1) -> None:
        self.name, self.operands, self.dims = name, operands, dims

    def found(self) -> Function:
        """What applies the op."""
        return OPS[self.name].made_call()


class AsCall:
    """What does the same as a public function where that is usual; else it gives NotImplemented and changes nothing."""

    __slots__ = ("call", "dims", "operands")

    def __init__(self, call: Function, operands: int, dims: int = -1) -> None:
        self.call, self.operands, self.dims = call, operands, dims

    def found(self) -> Function:
        """That."""
        return self.call


class AsWrite:
    """The op that a public function writes into its first argument, of two tensors."""

    __slots__ = ("dims", "name", "operands")

    def __init__(self, name: str, operands: int = 2, dims: int = -1) -> None:
        self.name, self.operands, self.dims = name, operands, dims

    def found(self) -> Any:
        """What applies the op in place; None if nothing does so at once."""
        return None if CORE is None else CORE.writing(OPS[self.name].made_call())


Straight = AsOp | AsCall | AsWrite
"""The straight way to what a public function does, for so many tensors and nothing else."""


Known = tuple[Any, Any, dict[Any, Any]]
"""What is known of the types of arguments: of one, of two (None where these are not kept apart), of any number."""


def compiled(
    shown: Function,
    calls: Function,
    failed: Function | None,
    known: Known = (None, None, {}),
    first: int = NO_PLACE,
    parses: bool = False,
    straight: Straight | None = None,
) -> Function:
    """``shown`` in C; itself where there is no core.

    ``calls``: what it calls with arguments that are taken; ``failed``: what it does when that has failed, with the
    error, the arguments and those by name (None if nothing is done); ``first``: how many arguments need no look;
    ``parses``: whether those by name do.
    """
    if CORE is None:
        return shown
    one, two, tree = known
    return CORE.Public(
        shown=shown, calls=calls, failed=failed, one=one, two=two, tree=tree, first=first, parses=parses,
        find=None if straight is None else straight.found,
        operands=-1 if straight is None else straight.operands, dims=-1 if straight is None else straight.dims,
    )  # fmt: skip


def call_instead(public: Function, other: Function, *, looks: bool) -> None:
    """Have what :func:`compiled` gave call another function, which ``looks`` at its arguments itself, or does not."""
    if CORE is not None:
        CORE.rebind(public, other, looks)
