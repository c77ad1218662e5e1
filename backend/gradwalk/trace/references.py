"""Which field of which part of a trace points into which list: the table by which dangling indices are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradwalk.trace import schema as s

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


def dangling(items: Iterable[s.Document], lengths: Mapping[str, int]) -> str | None:
    """The first reference in ``items`` that points past the end of its list, in words; None if all is well."""
    for item in items:
        for field, target in REFERENCES[type(item)]:
            value = getattr(item, field)
            if value is None:
                continue
            length = lengths[target]
            if type(value) is int:
                if value >= length:
                    return _words(item, field, value, target, length)
            elif type(value) is tuple:
                if value[0] >= length:
                    return _words(item, field, value[0], target, length)
            else:
                for part in value:
                    if type(part) is tuple:
                        part = part[0]
                    if part is None:
                        continue
                    if type(part) is int:
                        if part >= length:
                            return _words(item, field, part, target, length)
                    elif (found := dangling((part,), lengths)) is not None:
                        return found
    return None


def _words(item: s.Document, field: str, index: int, target: str, length: int) -> str:
    return f"{type(item).__name__}.{field} is {index}, but there are {length} {target}"
