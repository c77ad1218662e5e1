"""Tangents that tensors carry within a level of forward mode (:mod:`gradwalk.engine.forward_ad`)."""

from __future__ import annotations

from typing import Any

from . import grad_mode
from .modes import switch

_KEY = "_tangent"


def tangent_of(x: object) -> Any:
    """The tangent that a tensor carries at the present level; None of a number, which carries none."""
    level, tangent = getattr(x, "__dict__", {}).get(_KEY, (None, None))
    return tangent if level is not None and level is grad_mode._State.dual else None


def set_tangent(x: object, tangent: object) -> None:
    """Let a tensor carry a tangent until the level ends."""
    x.__dict__[_KEY] = grad_mode._State.dual, tangent


def set_level(level: object | None) -> None:
    """Begin a level, or end it with None."""
    grad_mode._State.dual = level
    switch("forward mode", level is not None)


class without_tangents:  # noqa: N801 (a `with` block)
    """Within it ops take no notice of tangents."""

    def __enter__(self) -> None:
        self._level = grad_mode._State.dual
        set_level(None)

    def __exit__(self, *error: object) -> None:
        set_level(self._level)
