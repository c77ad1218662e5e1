"""Dangling indices are found by what the schema's fields say: into which list of the trace each points."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from gradwalk.document.fields import Document, Into
from gradwalk.document.schema import Trace


def dangling(items: Sequence[Any], lengths: Mapping[str, int]) -> str | None:
    """The first reference in ``items`` that points past the end of its list, in words; None if all is well.

    They are parts of the schema, or their structs.
    """
    return dangling_among(by_kind(items), lengths)


def dangling_among(groups: Mapping[str, Sequence[Any]], lengths: Mapping[str, int]) -> str | None:
    """The same for items that are known :func:`by_kind`."""
    for kind, group in groups.items():
        if (found := _checks(kind)(group, lengths)) is not None:
            return found
    return None


def by_kind(items: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Items by the names of their classes."""
    kinds = set(map(type, items))
    if len(kinds) == 1:
        return {kinds.pop().__name__: items}
    groups: dict[type, list[Any]] = {kind: [] for kind in kinds}
    for item in items:
        groups[type(item)].append(item)
    return {kind.__name__: group for kind, group in groups.items()}


def _parts_of(kind: Any) -> Iterator[type[Document]]:
    """The parts of the document that a type is made of."""
    if isinstance(kind, type) and issubclass(kind, Document):
        yield kind
        for field in kind.model_fields.values():
            yield from _parts_of(field.annotation)
    for inner in get_args(kind):
        yield from _parts_of(inner)


PARTS = {part.__name__: part for part in _parts_of(Trace)}
"""By their names, all parts that there are in a trace."""


@cache
def _checks(kind: str) -> Callable[[Sequence[Any], Mapping[str, int]], str | None]:
    """What checks all references of parts of a kind: written out, for looking each up takes five times as long."""
    body = _lines_of(PARTS[kind], "x")
    targets = sorted({target for line in body for target in re.findall(r">= (\w+):", line)})
    lines = ["def check(items, lengths):", *(f"    {target} = lengths[{target!r}]" for target in targets)]
    lines += ["    for x in items:", *("        " + line for line in body or ["pass"])]
    scope: dict[str, Any] = {"words": _words}
    exec("\n".join(lines), scope)  # noqa: S102 (our own text)
    made: Callable[[Sequence[Any], Mapping[str, int]], str | None] = scope["check"]
    return made


def _lines_of(part: type[Document], item: str) -> list[str]:
    """The checks of one part, which is called ``item``."""
    lines = []
    for name, field in part.model_fields.items():
        if found := _lines(field.annotation, f"{item}_", f"{part.__name__}.{name}", _target(field.metadata)):
            lines += [f"{item}_ = {item}.{name}", *found]
    return lines


def _lines(kind: Any, value: str, field: str, target: str | None = None) -> list[str]:
    """The checks of a value of this type: none where there is no index in it that points anywhere."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _lines(parts[0], value, field, _target(parts[1:]) or target)
    if origin in (Union, types.UnionType):
        checks = [found for part in parts if (found := _lines(part, value, field, target))]
        if len(checks) > 1:
            raise TypeError(f"{field} may be one of several things that point somewhere")
        there = f"{value} is not None" if type(None) in parts else f"type({value}) is int"  # else a list of none
        return [f"if {there}:", *_indented(checks[0])] if checks else []
    if origin is tuple:  # of which the second is a number of something within the first
        found = _lines(parts[0], f"{value}0", field, target)
        return [f"{value}0 = {value}[0]", *found] if found else []
    if origin is list:
        found = _lines(parts[0], f"{value}i", field, target)
        return [f"for {value}i in {value}:", *_indented(found)] if found else []
    if kind is int and target is not None:
        return [f"if {value} >= {target}: return words({field!r}, {value}, {target!r}, {target})"]
    return _lines_of(kind, value) if isinstance(kind, type) and issubclass(kind, Document) else []


def _target(metadata: Iterable[Any]) -> str | None:
    """The list that an index is said to point into."""
    return next((part.list for part in metadata if isinstance(part, Into)), None)


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _words(field: str, index: int, target: str, length: int) -> str:
    return f"{field} is {index}, but there are {length} {target}"
