"""The schema's models once more as a description from which the compiled reader (``csrc``) makes its tables.

As with structs (:mod:`gradwalk.document.structs`), a part of the schema that could not be checked alike is an error
when the description is made, never a looser check.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from pydantic import BaseModel

from gradwalk.document import schema as s
from gradwalk.document.references import REFERENCES
from gradwalk.document.stream import LISTS, Frame
from gradwalk.document.structs import bounds

_encode = msgspec.json.Encoder().encode


class Kind(IntEnum):
    """As in ``csrc/shape.h``."""

    WHOLE = 0
    NUMBER = 1
    DECIMAL = 2
    TRUTH = 3
    STRING = 4
    WORD = 5
    LIST = 6
    PAIR = 7
    MAPPING = 8
    OBJECT = 9
    EVENT = 10
    OTHER = 11


Description = dict[str, Any]

TARGETS = (*LISTS, "cells")
"""What positions are told apart by: lists of the trace."""

LOOKED_AT = (s.CellBegin, s.CellEnd, s.Bind, s.OutputWritten)
"""Events that are more to the assembler than rows."""

_LEFT_OUT = {(s.Tensor, "names")}
"""What no recorder sends: names come from events."""

_ORDERED = {s.Scope: ("parent",), s.Edge: ("op", "slot", "producer")}
"""Fields whose order is looked at."""


def described(model: type[BaseModel]) -> Description:
    """A part of the schema."""
    targets = dict(REFERENCES.get(cast(type[s.Document], model), ()))
    names = [name for name in model.model_fields if not (name == "kind" and _is_event(model))]
    fields = []
    for name in names:
        field = model.model_fields[name]
        target = targets.get(name)
        shape = _of(field.annotation, field.metadata, None if target is None else TARGETS.index(target))
        if (model, name) in _LEFT_OUT:
            shape = {"shape": Kind.OTHER}
        if (model, name) == (s.Op, "inputs"):
            shape["counted"] = 1
        fields.append((b'"%b":' % name.encode(), shape, None if field.is_required() else _encode(field.default)))
    order = {name: names.index(name) for name in _ORDERED.get(model, ())}
    return {"shape": Kind.OBJECT, "fields": tuple(fields), "looked_at": int(model in LOOKED_AT), **order}


def _is_event(model: type[BaseModel]) -> bool:
    return model in get_args(get_args(s.Event)[0])


def _events() -> Description:
    models = get_args(get_args(s.Event)[0])
    words = tuple(b'{"kind":%b' % _encode(model.model_fields["kind"].default) for model in models)
    return {"shape": Kind.EVENT, "words": words, "parts": tuple(map(described, models))}


def _of(kind: Any, metadata: Iterable[Any] = (), target: int | None = None) -> Description:
    """What an annotation is; a position is one in the list ``target``."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of(parts[0], [*metadata, *parts[1:]], target)
    if kind == s.Number:
        words = get_args(parts[-1])
        return {"shape": Kind.NUMBER, "words": tuple(map(_encode, words))}
    if origin in (Union, types.UnionType):
        there = [part for part in parts if part is not type(None)]
        if set(there) == set(get_args(s.Number)):
            return _of(s.Number) | {"nullable": 1}
        [one] = there
        return _of(one, metadata, target) | {"nullable": 1}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return described(kind)
    if origin is list:
        return {"shape": Kind.LIST, "parts": (_of(parts[0], (), target),)}
    if origin is tuple:
        return {"shape": Kind.PAIR, "parts": (_of(parts[0], (), target), _of(parts[1]))}
    if origin is dict:
        return {"shape": Kind.MAPPING, **_only(_of(parts[1]), "most")}
    if origin is Literal:
        return {"shape": Kind.WORD, "words": tuple(map(_encode, parts))}
    found = bounds(metadata)
    if kind is str:
        return {"shape": Kind.STRING, **_only(found, "most")}
    if kind is int:
        return {"shape": Kind.WHOLE, **({} if target is None else {"list": target}), **_only(found, "least")}
    if kind in (float, bool) and not found:
        return {"shape": Kind.DECIMAL if kind is float else Kind.TRUTH}
    raise TypeError(f"the compiled reader cannot check {kind}")


def _only(found: Description, bound: str) -> Description:
    if found.keys() - {bound, "shape"}:
        raise TypeError(f"the compiled reader cannot check {found}")
    return {bound: found[bound]} if bound in found else {}


def _row(name: str) -> Description:
    """What the rows of a list are."""
    kind = get_args(Frame.model_fields[name].annotation)
    if name == "events":
        return _events()
    if name not in LISTS or name == "formulas":  # these are few, and not ASCII
        return {"shape": Kind.OTHER}
    return described(kind[0]) | {"looked_at": int(name == "values")}


LISTS_READ = tuple((_encode(name) + b":", _row(name)) for name in (*LISTS, "outputs", "outcome"))
"""What a frame may have; Python reads ``values`` where something in them is not usual, and what has no rows."""
