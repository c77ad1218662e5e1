"""The formula of an op application, from the op's only declaration, in the shape of the trace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from gradwalk.engine import Op
from gradwalk.formula import mathml_document, plain, typeset

from .rows import row

_KEPT = 500
_known: dict[Any, str] = {}
"""Formulas of earlier runs: to set one takes as long as to record a hundred ops."""


def has_formula(op: Op) -> bool:
    """Whether there is anything to set."""
    return op.forward_text is not None or any(op.vjps.values())


def formula_of(op: Op, params: Mapping[str, Any]) -> str:
    """The row of a ``Formula`` of the trace: forward, and the VJP of each differentiable argument."""
    if not all(map(_is_plain, params.values())):
        spoken_of = _words_of(op)
        params = {name: value for name, value in params.items() if name in spoken_of or _is_plain(value)}
        if not all(map(_is_plain, params.values())):
            return _set(op, params)
    key = (op, *((name, type(value), value) for name, value in params.items()))
    found = _known.get(key)
    if found is None:
        found = _set(op, params)
        if len(_known) < _KEPT:
            _known[key] = found
    return found


@cache
def _words_of(op: Op) -> frozenset[str]:
    """The words in the texts of an op, and the one that says along what they go: what else it was given, such as the
    data of a new tensor, is in no formula."""
    texts = [op.forward_text or "", *(vjp.text for vjp in op.vjps.values())]
    return frozenset(["dim", *re.findall(r"\w+", " ".join(texts))])


def _is_plain(value: object) -> bool:
    return type(value) in _PLAIN or (type(value) is tuple and all(type(part) in _PLAIN for part in value))


_PLAIN = (int, float, bool, str, type(None))


def _set(op: Op, params: Mapping[str, Any]) -> str:
    found = {
        "op": op.name,
        "forward": None if op.forward_text is None else _mathematics(op.forward_text, params),
        "vjps": [
            {"argument": argument, "formula": _mathematics(formula.text, params)}
            for argument, formula in op.vjps.items()
        ],
    }
    return row(found)


def _mathematics(text: str, params: Mapping[str, Any]) -> dict[str, str]:
    box = typeset(text, params)
    return {"text": plain(text, params), "latex": box.latex(), "mathml": mathml_document(box)}


def formula_key(op: Op, params: Mapping[str, Any]) -> tuple[Any, ...]:
    """Applications with the same key have the same formula: the op, and the numbers that are put in."""
    numbers = ((name, value) for name, value in params.items() if type(value) in (int, float))
    return (op, *numbers)
