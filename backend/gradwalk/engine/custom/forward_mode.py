"""A Function in forward mode: its ``jvp``, called at once or for what it is the VJP of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..dtypes import INEXACT
from ..errors import type_name
from ..tangents import without_tangents
from ..tensor import Tensor, wrap
from ..transforms import STACK
from .context import own
from .function import Function
from .node import FunctionNode, Transposing
from .outputs import among


def called_jvp(
    node: FunctionNode, of_arguments: Sequence[Any], arguments: Sequence[Any] = (), outputs: Sequence[Any] = ()
) -> tuple[Any, ...]:
    """What the user's ``jvp`` makes of the tangents of all arguments: those of the results. Raises RuntimeError for
    what cannot be one."""
    mine = own(node.context)
    full = [
        wrap(np.zeros(*wanted))
        if x is None and wanted is not None and wanted[1].kind in INEXACT and mine.materialize
        else x
        for x, wanted in zip(of_arguments, node.given, strict=True)
    ]
    before = [None if x is None else x._storage.version for x in full]
    mine.goes_forward = True
    try:
        found = node.function.jvp(node.context, *full)
    finally:
        mine.goes_forward = False
    found = found if isinstance(found, tuple) else (found,)
    if len(found) != len(node.gives):
        raise RuntimeError(
            f"Function's jvp returned an invalid number of forward gradients (expected {len(node.gives)} but got "
            f"{len(found)})"
        )
    for number, x in enumerate(found):
        if x is not None and not isinstance(x, Tensor):
            raise RuntimeError(f"expected Variable or None (got {type_name(x)}) for grad output {number}.")
    given = list(zip(arguments, full, before, strict=True)) if arguments else []
    for number, (x, flows) in enumerate(zip(found, node.flows, strict=True)):
        if flows:
            if outputs:
                _check_place(x, outputs[number], given, mine.dirty)
            _check_tangent(x, node.outputs[number][0])
        elif x is not None and node.gives[number]:
            raise RuntimeError(_NOT_DIFFERENTIABLE.format(number))
    return tuple(x if flows else None for x, flows in zip(found, node.flows, strict=True))


def _check_place(
    tangent: Tensor | None, output: Tensor, given: Sequence[tuple[Any, Tensor | None, int | None]], dirty: Sequence[Any]
) -> None:
    """Raises RuntimeError where an output looks at an argument, or is one that was written, and its tangent does not
    look at, or was not written as, that argument's. ``given``: arguments, their tangents and the versions of these."""
    before = [(had, version) for x, had, version in given if isinstance(x, Tensor) and x._storage is output._storage]
    if among(output, dirty):
        if not any(tangent is had and had is not None and had._storage.version != version for had, version in before):
            raise RuntimeError(_NOT_IN_PLACE)
    elif before:
        if tangent is None:
            raise RuntimeError("cannot call get_autograd_meta() on undefined tensor")
        if tangent._base is None:
            raise RuntimeError(_NO_VIEW)
        if all(had is None or tangent._storage is not had._storage for had, _ in before):
            sees_more = any(had is not None and had._base is not None for had, _ in before)
            raise RuntimeError(_OTHER_BASE if sees_more else _OTHER_VIEW)


def _check_tangent(tangent: Tensor | None, shape: tuple[int, ...]) -> None:
    """Raises RuntimeError for none, and for one of another shape than its output's."""
    if tangent is None:
        raise RuntimeError(_NO_TANGENT)
    if tangent._array.shape != shape:
        raise RuntimeError(_OTHER_SIZE.format(list(shape), list(tangent._array.shape)))


_NO_VIEW = "A custom Function's forward is returning a view (or an input as-is) but the jvp is not returning a view."
_OTHER_VIEW = "A custom Function is returning a view but the jvp is not returning a view of the given grad input."
_OTHER_BASE = (
    "A custom Function is returning a view but the jvp is not returning a view of the same base as the given grad "
    "input."
)
_NOT_DIFFERENTIABLE = (
    "Function's jvp returned a gradient at position {}, but  the corresponding forward output is not a differentiable "
    "Tensor.You should return None at that position instead."
)
_NOT_IN_PLACE = (
    "An inplace custom Function is not modifying the forward mode gradients inplace. If the forward is modifying an "
    "input inplace, then the jvp function must modify the corresponding gradient inplace."
)
_OTHER_SIZE = (
    "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
    "supported. Tensor is of size {} while the given forward gradient is of size {}."
)
_NO_TANGENT = (
    "(new_grad_base.is_floating_point() || new_grad_base.is_complex()) && (self_base.is_floating_point() || "
    'self_base.is_complex()) INTERNAL ASSERT FAILED at "/__w/pytorch/pytorch/torch/csrc/autograd/autograd_meta.cpp":159'
    ", please report a bug to PyTorch. Expected both tensor and its forward grad to be floating point or complex"
)


@contextmanager
def transposing() -> Iterator[None]:
    """A pass that is made to be differentiated."""
    before, Transposing.along = Transposing.along, AlongTangents.run
    try:
        yield
    finally:
        Transposing.along = before


class AlongTangents(Function):
    """What stands for a Function's VJP in such a pass: zeros, whose VJP is the Function's ``jvp``."""

    @staticmethod
    def forward(ctx: Any, node: Any, *cotangents: Any) -> Any:
        """Cotangents of the Function's arguments."""
        ctx.node, ctx.asks = node, [isinstance(x, Tensor) for x in cotangents]
        ctx.set_materialize_grads(False)  # an argument without a tangent has none, unless the Function wants zeros
        asked = iter(None if following is None else following.outputs[nr] for following, nr in node.edges)
        wanted = [next(asked) if is_tensor else None for is_tensor in node.takes]
        ctx.places = [place for place, each in enumerate(wanted) if each is not None]
        return tuple(wrap(np.zeros(*each)) for each in wanted if each is not None)

    @staticmethod
    def backward(ctx: Any, *tangents: Any) -> Any:
        """The tangents of the Function's results, from those of its arguments."""
        of_arguments = [None] * len(ctx.node.takes)
        for place, tangent in zip(ctx.places, tangents, strict=True):
            of_arguments[place] = tangent
        of_results = zip(called_jvp(ctx.node, of_arguments), ctx.asks, strict=True)
        found = [x if it_asks else None for x, it_asks in of_results]
        if STACK and any(x is not None and x.requires_grad for x in found):
            with without_tangents():
                found = list(NotForward.run(*found))
        return (None, *found)


class NotForward(Function):
    """What a ``jvp`` gives has no tangents in PyTorch, which runs it without forward mode: a transform around that goes
    forward finds zeros, one that goes backward its gradients."""

    @staticmethod
    def forward(*tangents: Any) -> Any:
        """The same."""
        return tuple(None if x is None else x.view_as(x) for x in tangents)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Nothing is kept."""

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        """The same, in a pass that goes backward."""
        return cotangents if Transposing.along is None else (None,) * len(cotangents)
