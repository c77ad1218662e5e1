"""Which field of which part of a trace points into which list: the table by which dangling indices are found."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from gradwalk.document import schema as s

REFERENCES: Mapping[type[s.Document], tuple[tuple[str, str], ...]] = {
    s.Span: (("cell", "cells"),),
    s.Scope: (("parent", "scopes"), ("span", "spans"), ("node", "nodes")),
    s.Tensor: (("grad_fn", "nodes"), ("op", "ops"), ("gradient_of", "tensors")),
    s.Value: (),
    s.Op: (
        ("inputs", "tensors"), ("outputs", "tensors"), ("node", "nodes"), ("formula", "formulas"), ("span", "spans"),
        ("scope", "scopes"), ("during", "nodes"),
    ),
    s.Operand: (("tensor", "tensors"),),
    s.Node: (("next_functions", "nodes"), ("saved", "tensors"), ("variable", "tensors"), ("op", "ops")),
    s.Saved: (("tensor", "tensors"),),
    s.Edge: (("op", "ops"), ("producer", "ops")),
    s.Formula: (),
    s.CellBegin: (("cell", "cells"),),
    s.CellEnd: (("cell", "cells"),),
    s.Line: (("span", "spans"), ("scope", "scopes")),
    s.OpApplied: (("op", "ops"),),
    s.Bind: (("tensor", "tensors"), ("scope", "scopes")),
    s.Write: (("value", "values"),),
    s.RequiresGrad: (("tensor", "tensors"),),
    s.Branch: (("span", "spans"), ("scope", "scopes"), ("tensor", "tensors")),
    s.OutputWritten: (("cell", "cells"),),
    s.BackwardBegin: (("roots", "tensors"), ("gradients", "values"), ("span", "spans"), ("scope", "scopes")),
    s.VjpRan: (("node", "nodes"), ("cotangents_in", "values"), ("cotangents_out", "values"), ("unreduced", "values")),
    s.Accumulate: (
        ("node", "nodes"), ("tensor", "tensors"), ("grad", "tensors"), ("contribution", "values"), ("result", "values"),
    ),
    s.Capture: (("tensor", "tensors"), ("contribution", "values")),
    s.Free: (("node", "nodes"),),
    s.BackwardEnd: (),
    s.GradCleared: (("tensor", "tensors"), ("grad", "tensors"), ("result", "values")),
    s.WarningRaised: (("span", "spans"),),
    s.ErrorRaised: (("span", "spans"),),
    s.Gap: (),
    s.Stop: (("cell", "cells"),),
    s.RaisedError: (
        ("cell", "cells"), ("span", "spans"), ("tensor", "tensors"), ("node", "nodes"), ("operands", "tensors"),
    ),
}  # fmt: skip
"""A field holds an index, null, a list of them, a (node, number) pair, a list of pairs, or parts with their own row."""


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


_OF_NAME = {part.__name__: part for part in REFERENCES}


@cache
def _checks(kind: str) -> Callable[[Sequence[Any], Mapping[str, int]], str | None]:
    """What checks all references of parts of a kind: written out, for looking each up takes five times as long."""
    part = _OF_NAME[kind]
    targets = sorted({target for _, target in REFERENCES[part]})
    lines = ["def check(items, lengths):", *(f"    {target} = lengths[{target!r}]" for target in targets)]
    lines.append("    for x in items:")
    lines += ("        " + line for line in _lines_of(part, "x") or ["pass"])
    scope: dict[str, Any] = {"words": _words}
    exec("\n".join(lines), scope)  # noqa: S102 (our own text)
    made: Callable[[Sequence[Any], Mapping[str, int]], str | None] = scope["check"]
    return made


def _lines_of(part: type[s.Document], item: str) -> list[str]:
    """The checks of one part, which is called ``item``."""
    lines = []
    for field, target in REFERENCES[part]:
        lines.append(f"{item}_ = {item}.{field}")
        words = f"{part.__name__}.{field}", target
        lines += _lines(part.model_fields[field].annotation, f"{item}_", *words)
    return lines


def _lines(kind: Any, value: str, field: str, target: str) -> list[str]:
    """The checks of a value of this type."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _lines(parts[0], value, field, target)
    if origin in (Union, types.UnionType):
        [there] = (part for part in parts if part is not type(None))
        return [f"if {value} is not None:", *("    " + line for line in _lines(there, value, field, target))]
    if origin is tuple:  # of which the second is a number of something within the first
        return [f"{value}0 = {value}[0]", *_lines(parts[0], f"{value}0", field, target)]
    if origin is list:
        return [f"for {value}i in {value}:", *("    " + line for line in _lines(parts[0], f"{value}i", field, target))]
    if kind is int:
        return [f"if {value} >= {target}: return words({field!r}, {value}, {target!r}, {target})"]
    return _lines_of(kind, value)


def _words(field: str, index: int, target: str, length: int) -> str:
    return f"{field} is {index}, but there are {length} {target}"
