"""Views as copies: each op of a view once more, with a result that has memory of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..op import Op, define
from . import _views as views
from .parts import split, split_with_sizes, unfold
from .view import (
    alias,
    as_strided,
    expand,
    permute,
    select,
    slice,
    squeeze,
    squeeze_dim,
    squeeze_dims,
    t,
    transpose,
    unbind,
    unsqueeze,
    view,
)


def _copied(forward: Callable[..., Any]) -> Callable[..., Any]:
    def copy(*arguments: Any) -> Any:
        seen = forward(*arguments)
        return tuple(part.copy() for part in seen) if isinstance(seen, tuple) else np.array(seen, order="C")

    return copy


def _copy_of(op: Op) -> Op:
    """An op that gives a copy of what ``op`` lets one see."""
    base, dot, overload = op.name.partition(".")
    params = ", ".join(f"{name}={value!r}" for name, value in op.params.items())
    signature = f"{base}_copy{dot}{overload}(self{', *, ' + params if params else ''})"
    vjps = {name: formula.text for name, formula in op.vjps.items()}
    hides = tuple(op.hidden)
    return define(
        signature, _copied(op.forward), f"{op.grad_fn}_copy", vjps, hides=hides, shown=op.forward_text, category="copy"
    )


alias_copy, as_strided_copy, expand_copy, permute_copy = (_copy_of(op) for op in (alias, as_strided, expand, permute))
select_copy, slice_copy, unfold_copy, view_copy = (_copy_of(op) for op in (select, slice, unfold, view))
squeeze_copy, squeeze_copy_dim, squeeze_copy_dims = (_copy_of(op) for op in (squeeze, squeeze_dim, squeeze_dims))
t_copy, transpose_copy, unsqueeze_copy = (_copy_of(op) for op in (t, transpose, unsqueeze))
split_copy, split_with_sizes_copy, unbind_copy = (_copy_of(op) for op in (split, split_with_sizes, unbind))

detach_copy = define(
    "detach_copy(self)", _copied(views.same), "NotImplemented", {"self": "not_implemented(grad, 'aten::detach_copy')"},
    shown="self", category="copy",
)  # fmt: skip
set_to = define(
    "set(self, source)", lambda self, source: source.copy(), "NotImplemented",
    dict.fromkeys(("self", "source"), "not_implemented(grad, 'set_')"), shown="source", category="copy",
)  # fmt: skip
narrow_copy = define(
    "narrow_copy(self, *, dim=0, start=0, length=0)", views.narrow_copy, "NarrowCopyBackward0",
    {"self": "into_slice(grad, self_sizes, dim, start, start + length, 1)"}, shown="self[start:start + length]",
    category="copy",
)  # fmt: skip
