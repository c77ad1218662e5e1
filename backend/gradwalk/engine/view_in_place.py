"""A tensor made a view of itself: ``t_``, ``squeeze_`` and their sisters change where it looks, and write nothing."""

from __future__ import annotations

from typing import Any

from . import grad_mode
from .apply import compute, refuse_leaves
from .graph import expected
from .history import record
from .observe import observer
from .op import Op
from .tensor import Tensor
from .writes import refuse_inference


def view_in_place(op: Op, target: Tensor, **params: Any) -> Tensor:
    """Let ``target`` see what ``op``, a view, shows of it. Its base's history stays as it is.

    Raises RuntimeError for leaves that require grad, as for anything in place, and for inference mode's tensors outside
    of it.
    """
    params = op.params | params
    refuse_inference(target._storage)
    refuse_leaves(target)
    seen = compute(op, (target,), params)
    node = record(op, (target,), params, [], in_place=False) if grad_mode._State.enabled else None
    assert not isinstance(seen, tuple)
    observer().about_to_change()
    target._array = seen
    target._storage.version += 1
    if node is not None:
        node.outputs = (expected(seen),)
        target._grad_fn, target._output_nr, target._requires_grad = node, 0, True
        target._view_version = target._storage.version
    observer().op_applied(op, (target,), params, (target,), node)
    return target
