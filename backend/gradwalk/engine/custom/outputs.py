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
from ..warn import warn
from .context import FunctionCtx, own
from .node import FunctionNode

_WRITTEN_NO_INPUT = (
    "ctx.mark_dirty() received a tensor that was not an input. Only input Tensors that have been mutated should be "
    "passed to ctx.mark_dirty()."
)
_WRITTEN_NO_INPUT_FROM = (
    " (Triggered internally at /__w/pytorch/pytorch/torch/csrc/autograd/custom_function.cpp:320.)"
)
_VIEW_AMONG_SEVERAL = (
    "If your Function modifies inplace an input that is a view of another Tensor, your Function cannot return more "
    "than one Tensor. This is not supported by the current autograd engine. You should either make sure the input is "
    "not a view (using .clone() for example) or make your Function only return one Tensor (potentially splitting it "
    "into two Functions: one doing the inplace that returns a single Tensor and a second one that does the other "
    "operations). You can ask on the forum https://discuss.pytorch.org/ if you need help to do this change."
)
_NOT_DIRTY_INPUT = (
    "Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified "
    "inplace must all be outputs of the Function."
)


def outputs_of(node: FunctionNode, inputs: list[Tensor], results: tuple[Any, ...], recorded: bool) -> list[Any]:
    """What ``apply`` gives back for what ``forward`` returned: the same tensors, with their place in the graph."""
    mine = own(node.context)
    if not all(isinstance(x, Tensor) for x in mine.non_differentiable):
        raise RuntimeError("mark_non_differentiable only accepts variable arguments, but got ")
    _mark_written(mine.dirty)
    if not all(among(x, results) for x in mine.dirty):
        raise RuntimeError(_NOT_DIRTY_INPUT)
    node.gives = tuple(isinstance(x, Tensor) for x in results)
    node.flows = tuple(
        isinstance(x, Tensor) and x._array.dtype.kind in INEXACT and not among(x, mine.non_differentiable)
        for x in results
    )
    node.outputs = tuple(expected(x._array if isinstance(x, Tensor) else _NOTHING) for x in results)
    outputs: list[Any] = []
    differentiable = 0
    for nr, (x, flows) in enumerate(zip(results, node.flows, strict=True)):
        if not isinstance(x, Tensor):
            outputs.append(x)
            continue
        is_input = among(x, inputs)
        if not recorded or not flows:
            if is_input and x.requires_grad:
                outputs.append(OPS["detach"](x))
            else:
                outputs.append(_alias(x) if is_input and not among(x, mine.dirty) else x)
        elif among(x, mine.dirty):
            if not is_input:
                if x._base is not None:  # of something that forward made: its history would be lost with it
                    raise RuntimeError(_WRITTEN_NO_INPUT)
                warn(_WRITTEN_NO_INPUT + _WRITTEN_NO_INPUT_FROM)
            if x._base is not None and len(results) > 1:
                raise RuntimeError(_VIEW_AMONG_SEVERAL)
            _refuse_views(x)
            if x._grad_fn is None and x.requires_grad:  # a view does not look for its history yet
                raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
            rebase_history(x, node)
            outputs.append(x)
            differentiable += 1
        else:
            output = _alias(x) if is_input else x
            output._grad_fn, output._output_nr, output._requires_grad = node, nr, True
            output._view_version = output._storage.version
            outputs.append(output)
            differentiable += 1
    for output in outputs:
        if isinstance(output, Tensor) and output._base is not None and not among(output, mine.dirty):
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


def refuse_saved(context: FunctionCtx) -> None:
    """Raises TypeError for what is saved and no tensor."""
    for index, tensor in enumerate(own(context).to_save):
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"save_for_backward can only save variables, but argument {index} is of type {type(tensor).__name__}"
            )


def refuse_saved_as_is(context: FunctionCtx, inputs: list[Tensor], results: tuple[Any, ...]) -> None:
    """Raises RuntimeError for an input that ``setup_context`` saves and that is returned as it is."""
    mine = own(context)
    for x in results:
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
