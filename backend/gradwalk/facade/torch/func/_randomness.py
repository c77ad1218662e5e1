"""One run of vmap, and what becomes of random numbers in it: refused, the same for all items, or different."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from gradwalk.engine.parameter import Buffer, Parameter
from gradwalk.engine.random import Generator, default_generator
from gradwalk.engine.wrapped import OutOfReach, look_at_the_right

from ..utils._pytree import tree_leaves as leaves

ONLY_RANDOMNESS = "Only allowed values for randomness are 'error', 'different', or 'same'. Got {}"
REFUSED = (
    "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' "
    "randomness flags on vmap or perform the randomness operation out of vmap"
)


class Directions:
    """What a function runs under once for several items at a time: those of a batch, or the directions of ``jacfwd``.

    While it is under way random numbers are out of reach, unless all get the same.
    """

    called = "random numbers inside vmap"

    def __init__(self, randomness: str) -> None:
        self.randomness = randomness

    answer: Callable[..., Any]
    """What a call that draws random numbers gives."""

    def asked(self) -> NoReturn:
        """Whoever wants to draw a random number is told."""
        if self.randomness == "error":
            raise RuntimeError(REFUSED)
        raise OutOfReach(self)

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """While the function runs that is mapped."""
        if self.randomness == "same":
            yield
            return
        self._around, Generator.guard = Generator.guard, self
        try:
            yield
        finally:
            Generator.guard = self._around


class Map(Directions):
    """A vmap over ``size`` items; :mod:`._calls` says what a call on batches gives."""

    def __init__(self, size: int, randomness: str) -> None:
        super().__init__(randomness)
        self.size = size
        self.level = 0
        """Its number among the transforms while its function runs, which is what PyTorch prints afterwards, too."""
        if "__sub__" not in vars(Parameter):
            for kind in (Parameter, Buffer):
                look_at_the_right(kind)

    @contextmanager
    def item_by_item(self, given: Any = ()) -> Iterator[Callable[[], None]]:
        """While one call is made for each item; what it gives is to be called before each. ``given``: its arguments."""
        if self.randomness == "same":
            generators = [default_generator, *(x for x in leaves(given) if isinstance(x, Generator))]
            starts = [(each, each.get_state()) for each in generators]
            yield lambda: _go_back(starts)
            return
        before = Generator.guard
        if self.randomness == "different" and before is self:
            Generator.guard = self._around
        try:
            yield lambda: None
        finally:
            Generator.guard = before


def _go_back(starts: list[tuple[Generator, Any]]) -> None:
    for generator, state in starts:
        generator.set_state(state)
