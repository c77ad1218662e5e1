"""The schema's models once more as structs that JSON is read into and written from in a tenth of the time.

A struct has the fields of its model, in their order, with the same types, bounds and defaults, and refuses what is
unknown; what a model does to names is no part of it (:mod:`gradwalk.document.stream` sees to that). A part of the
schema that could not be checked alike is an error when its struct is made, never a looser check.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from annotated_types import Ge
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from gradwalk.document.fields import Into
from gradwalk.text import LONGEST, name, visible

_ALIKE = (int, float, bool, str, type(None))


@cache
def struct_of(model: type[BaseModel], raw: tuple[str, ...] = ()) -> Any:
    """The struct of ``model``, of the same name; a member of a union has its ``kind`` as tag.

    The fields called ``raw`` stay the JSON that they are, unread.
    """
    fields: list[Any] = []
    tag: dict[str, Any] = {}
    for own, field in model.model_fields.items():
        if own == "kind" and get_args(field.annotation) == (field.default,):
            tag = {"tag_field": own, "tag": field.default, "namespace": {own: field.default}}
        elif own in raw:
            fields.append((own, msgspec.Raw))
        elif field.is_required():
            fields.append((own, _of(field.annotation, field.metadata)))
        else:
            default = field.default
            fields.append((own, _of(field.annotation, field.metadata), _fresh(default)))
    return msgspec.defstruct(
        model.__name__, fields, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False, **tag
    )


def _fresh(default: Any) -> Any:
    return msgspec.field(default_factory=type(default)) if isinstance(default, list | dict) else default


def _of(kind: Any, metadata: Iterable[Any] = ()) -> Any:
    """What an annotation is in a struct."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of(parts[0], [*metadata, *parts[1:]])
    if origin in (Union, types.UnionType):  # a bound is one of the members that have any
        return Union[tuple(_of(part, () if part is type(None) else metadata) for part in parts)]  # noqa: UP007
    if origin in (list, tuple, dict):
        found: Any = origin[tuple(_of(part) for part in parts)]
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        return struct_of(kind)
    elif origin is Literal or kind in _ALIKE:
        found = kind
    else:
        raise TypeError(f"no struct can have {kind}")
    for bound in _flat(metadata):
        found = Annotated[found, bound]
    return found


def _flat(metadata: Iterable[Any]) -> Iterable[msgspec.Meta]:
    for part in metadata:
        if isinstance(part, FieldInfo):
            yield from _flat(part.metadata)
        elif isinstance(part, Ge):
            yield msgspec.Meta(ge=cast(int, part.ge))
        elif isinstance(part, AfterValidator) and part.func is name:
            yield msgspec.Meta(max_length=LONGEST)
        elif not (isinstance(part, Into) or (isinstance(part, AfterValidator) and part.func is visible)):
            raise TypeError(f"no struct can check {part!r}")
