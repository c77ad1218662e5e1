"""Observers that are told of everything and pass it on to whoever watched before."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.observe import Observer, observer


class Passing(Observer):
    """Passes on everything that it is told of."""

    def __init__(self) -> None:
        self.further = observer()


def _passing(name: str) -> Any:
    def passing(self: Passing, *args: Any, **kwargs: Any) -> Any:
        return getattr(self.further, name)(*args, **kwargs)

    passing.__name__, passing.__doc__ = name, f"See :meth:`Observer.{name}`."
    return passing


for _name, _value in vars(Observer).items():
    if not _name.startswith("_") and callable(_value):
        setattr(Passing, _name, _passing(_name))
