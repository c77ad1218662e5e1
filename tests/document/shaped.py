"""Frames of the right shape with whatever in them: strategies made from the schema's own types."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from gradwalk.document.schema import Outcome
from gradwalk.document.stream import LISTS, Frame, OutputText

NUMBERS = st.integers(0, 1) | st.integers(0, 2) | st.integers(1, 3) | st.sampled_from([-1, 7, 2**31, 2**53, 2**63])
TEXTS = st.sampled_from(["", "x", "NaN", "<script>", "\u202e", "\0", "y" * 300])
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: NUMBERS,
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    str: TEXTS,
    type(None): st.none(),
    Any: st.none(),
}


def of(kind: Any) -> st.SearchStrategy[Any]:
    """What JSON can say for a type of the schema."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return of(parts[0])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, types.UnionType):
        return st.one_of([of(part) for part in parts])
    if origin is list:
        return st.lists(of(parts[0]), max_size=3)
    if origin is tuple:
        return st.tuples(*(of(part) for part in parts))
    if origin is dict:
        return st.dictionaries(TEXTS, of(parts[1]), max_size=2)
    assert issubclass(kind, BaseModel), kind
    return st.deferred(lambda: model(kind))


def model(kind: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with all fields that it must have and some of the others."""
    must: dict[str, st.SearchStrategy[Any]] = {}
    may: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in kind.model_fields.items():
        (must if field.is_required() or name == "kind" else may)[name] = of(field.annotation)
    return st.fixed_dictionaries(must, optional=may)


def frame() -> st.SearchStrategy[dict[str, Any]]:
    """A frame: some of its lists, and seldom its end."""
    lists = {name: of(Frame.model_fields[name].annotation) for name in LISTS}
    others = {"outputs": st.lists(model(OutputText), max_size=3), "outcome": st.none() | model(Outcome)}
    return st.fixed_dictionaries({}, optional={**lists, **others})
