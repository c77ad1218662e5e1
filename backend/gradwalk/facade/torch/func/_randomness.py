"""One run of vmap, and what becomes of random numbers in it: refused, the same for all items, or different."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gradwalk.engine.random import default_generator
from gradwalk.engine.wrapped import OutOfReach

ONLY_RANDOMNESS = "Only allowed values for randomness are 'error', 'different', or 'same'. Got {}"
_REFUSED = (
    "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' "
    "randomness flags on vmap or perform the randomness operation out of vmap"
)


class Directions:
    """What a function runs under once for several items at a time: those of a batch, or the directions of ``jacfwd``.

    While it is under way the generator's stream is out of reach, unless all get the same numbers.
    """

    called = "random numbers inside vmap"

    def __init__(self, randomness: str) -> None:
        self.randomness = randomness

    answer: Callable[..., Any]
    """What a call that draws random numbers gives."""

    def __getattr__(self, name: str) -> Any:
        """As the generator's stream: whoever wants something of it is told."""
        if name.startswith("_"):
            raise AttributeError(name)
        if self.randomness == "error":
            raise RuntimeError(_REFUSED)
        raise OutOfReach(self)

    def _is_on_guard(self) -> bool:
        stream: Any = default_generator._stream
        return stream is self

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """While the function runs that is mapped."""
        before = default_generator._stream, default_generator._kept_normal
        if self.randomness == "same":
            yield
            return
        default_generator._stream, default_generator._kept_normal = self, None  # type: ignore[assignment]
        self._behind = before
        try:
            yield
        finally:
            if self._is_on_guard():
                default_generator._stream, default_generator._kept_normal = self._behind


class Map(Directions):
    """A vmap over ``size`` items; :mod:`._calls` says what a call on batches gives."""

    def __init__(self, size: int, randomness: str) -> None:
        super().__init__(randomness)
        self.size = size

    @contextmanager
    def item_by_item(self) -> Iterator[Callable[[], None]]:
        """While one call is made for each item; what it gives is to be called before each."""
        if self.randomness == "same":
            start = default_generator.get_state()
            yield lambda: _go_back(start)
            return
        open_now = self.randomness == "different" and self._is_on_guard()
        if open_now:
            default_generator._stream, default_generator._kept_normal = self._behind
        try:
            yield lambda: None
        finally:
            if open_now:
                self._behind = default_generator._stream, default_generator._kept_normal
                default_generator._stream, default_generator._kept_normal = self, None  # type: ignore[assignment]


def _go_back(state: Any) -> None:
    default_generator.set_state(state)
