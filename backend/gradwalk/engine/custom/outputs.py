"""What ``apply`` gives back for what ``forward`` returned, and what it refuses of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from .. import grad_mode
from ..dtypes import INEXACT, Array
from ..errors import ITSELF, VIEW_OF_LEAF_IN_PLACE
from ..graph import expected
from ..observe import observer
from ..op import OPS
from ..parameter import Parameter
from ..tensor import Tensor, wrap
from ..views import rebase_history, refuse_lost_history
from .context import FunctionCtx, own
from .node import FunctionNode

_NOT_DIRTY_INPUT = (
    "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified "
    "inplace must all be outputs of the Function."
)


def outputs_of(node: FunctionNode, inputs: list[Tensor], results: tuple[Any, ...], recorded: bool) -> list[Any]:
    """What ``apply`` gives back for what ``forward`` returned: the same tensors, with their place in the graph."""
    mine = own(node.context)
    _mark_written(mine.dirty)
    if not all(among(x, results) for x in mine.dirty):
        raise RuntimeError(_NOT_DIRTY_INPUT)
    node.gives = tuple(isinstance(x, Tensor) for x in results)
    node.outputs = tuple(expected(x._array if isinstance(x, Tensor) else _NOTHING) for x in results)
    outputs: list[Any] = []
    views: list[Tensor] = []
    differentiable = 0
    for nr, x in enumerate(results):
        if not isinstance(x, Tensor):
            outputs.append(x)
            continue
        is_input = among(x, inputs)
        if not recorded or x._array.dtype.kind not in INEXACT or among(x, mine.non_differentiable):
            if is_input and x.requires_grad:
                outputs.append(OPS["detach"](x))
            else:
                outputs.append(_alias(x) if is_input and not among(x, mine.dirty) else x)
        elif among(x, mine.dirty):
            _refuse_views(x)
            if x.is_leaf and x.requires_grad:
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
            rebase_history(x, node)
            outputs.append(x)
            differentiable += 1
        else:
            output = _alias(x) if is_input else x
            output._grad_fn, output._output_nr, output._requires_grad = node, nr, True
            output._view_version = output._storage.version
            outputs.append(output)
            views += [output] if output._base is not None else []
            differentiable += 1
    for output in views:
        output._origin = "many" if differentiable > 1 else "function"
    return outputs


def _alias(x: Tensor) -> Tensor:
    """An input that is returned as it is: a view of it, of its own class."""
    if type(x) is Tensor or type(x) is Parameter:
        return wrap(x._array, x._storage, x if x._base is None else x._base)
    with grad_mode.set_grad_enabled(False):
        found: Tensor = cast("Any", x).view_as(x)
        return found


def _mark_written(dirty: tuple[Any, ...]) -> None:
    """Move the storages of what ``forward`` wrote to their next versions. Raises RuntimeError for what is no tensor."""
    observer().about_to_change()
    for x in dirty:
        if not isinstance(x, Tensor):
            raise RuntimeError("mark_dirty can only accept variables, but argument ")
        x._storage.version += 1
        observer().storage_written(x._storage)


def refuse_saved(context: FunctionCtx, inputs: list[Tensor], results: tuple[Any, ...], with_setup: bool) -> None:
    """Raises TypeError for what is saved and no tensor, RuntimeError for an input that ``setup_context`` saves and
    that is returned as it is."""
    mine = own(context)
    for index, tensor in enumerate(mine.to_save):
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"save_for_backward can only save variables, but argument {index} is of type {type(tensor).__name__}"
            )
    for x in results if with_setup else ():
        is_passed_on = isinstance(x, Tensor) and x._array.dtype.kind in INEXACT and among(x, inputs)
        if (
            is_passed_on
            and among(x, (*mine.to_save, *mine.for_forward))
            and not among(x, (*mine.dirty, *mine.non_differentiable))
        ):
            raise RuntimeError(_SAVED_AS_IS)


def _refuse_views(written: Tensor) -> None:
    """Raises RuntimeError for a view that may not be written in place."""
    if written._base is not None and (written._requires_grad or written._base._requires_grad):
        if written._origin is not None:
            refuse_lost_history(written, ITSELF)
        if written._base.is_leaf:
            raise RuntimeError(VIEW_OF_LEAF_IN_PLACE)


_SAVED_AS_IS = (
    "An input that has been returned as-is as output is being saved for backward. This is not supported if you "
    "override setup_context. You should return and save a view of the input instead, e.g. with x.view_as(x) or setup "
    "ctx inside the forward function itself."
)
_NOTHING: Array = np.zeros(0)


def among(x: Any, tensors: Sequence[Any]) -> bool:
    """Whether it is one of them, itself."""
    return any(x is tensor for tensor in tensors)
