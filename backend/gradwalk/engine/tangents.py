"""Tangents that tensors carry within a level of forward mode (:mod:`gradwalk.engine.forward_ad`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import grad_mode
from .modes import switch
from .observe import NOBODY, observing

if TYPE_CHECKING:
    from .op import Op

_KEY, _VIEW = "_tangent", "_seen"


def tangent_of(x: object) -> Any:
    """The tangent that a tensor carries at the present level; None of a number, which carries none."""
    level = grad_mode._State.dual
    if level is None:
        return None
    kept = getattr(x, "__dict__", {})
    at, tangent = kept.get(_KEY, (None, None))
    if at is level:
        return tangent
    at, how = kept.get(_VIEW, (None, None))
    return _through(x, *how) if at is level else None


def _through(x: object, source: object, op: Op, params: dict[str, Any], nr: int) -> Any:
    """What a view shows of its source's tangent: a view of that, so that both follow each other's writes."""
    whole = tangent_of(source)
    if whole is None:
        return None
    with observing(NOBODY), without_tangents():
        seen = op.several(whole, **params)
    tangent = seen[nr] if isinstance(seen, tuple) else seen
    set_tangent(x, tangent)
    return tangent


def set_tangent(x: object, tangent: object) -> None:
    """Let a tensor carry a tangent until the level ends."""
    x.__dict__[_KEY] = grad_mode._State.dual, tangent


def forget_tangent(x: object) -> None:
    """Let a tensor carry none, nor see one of what it is a view of."""
    for key in (_KEY, _VIEW):
        x.__dict__.pop(key, None)


def remember_view(x: object, source: object, op: Op, params: dict[str, Any], nr: int) -> None:
    """Note that a tensor is the ``nr``-th view that an op gave of another: it carries what it sees of its tangent."""
    x.__dict__[_VIEW] = grad_mode._State.dual, (source, op, params, nr)


def root_of_view(x: Any) -> Any:
    """The tensor that a view looks at in the end, by the views that were made within the present level."""
    while (how := x.__dict__.get(_VIEW)) is not None and how[0] is grad_mode._State.dual:
        x = how[1][0]
    return x


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
