"""Forward mode: tensors that carry a tangent, and how an op passes tangents on.

No op declares how: its VJP is linear in the cotangent, so the VJP of the VJP is the derivative in the direction of the
tangents. One level at a time, as PyTorch has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from . import grad_mode
from .autograd import grad
from .backward import fit
from .dtypes import INEXACT
from .graph import Node
from .history import record
from .observe import NOBODY, observing
from .op import OPS, Op
from .saved import SavedResult
from .tangents import set_level, set_tangent, tangent_of, without_tangents
from .tensor import Tensor, wrap


class UnpackedDualTensor(NamedTuple):
    """A tensor and its tangent."""

    primal: Any
    tangent: Any


class Level:
    """One level: what :mod:`gradwalk.engine.apply` asks to pass tangents on while it is in force."""

    def propagate(
        self, op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Any], node: Node | None
    ) -> None:
        """Give the outputs of an op their tangents."""
        if not op.vjps or all(tangent_of(x) is None for x in operands):
            return
        tangents = _tangents(op, operands, params, outputs)
        for nr, (output, tangent) in enumerate(zip(outputs, tangents, strict=True)):
            if tangent is not None:
                set_tangent(output, tangent)
                _keep(node, nr, tangent)

    def before_writing(self, target: Tensor) -> Tensor:
        """The target of an in-place op as it is before, with its tangent. Raises RuntimeError for a view with one."""
        tangent = tangent_of(target)
        if target._base is not None and (tangent is not None or tangent_of(target._base) is not None):
            raise RuntimeError(
                "Gradwalk does not carry tangents through in-place writes to views; write into a new tensor instead."
            )
        copy = wrap(target._array.copy())
        copy._grad_fn, copy._output_nr, copy._requires_grad = target.grad_fn, target._output_nr, target._requires_grad
        copy._accumulator = target._accumulator
        if tangent is not None:
            set_tangent(copy, tangent)
        return copy


def _keep(node: Node | None, output_nr: int, tangent: Tensor) -> None:
    """A result that its node saved carries its tangent there too."""
    for kept in () if node is None else node.saved.values():
        if isinstance(kept, SavedResult) and kept.output_nr == output_nr:
            kept.tangent = tangent


def _tangents(op: Op, operands: Sequence[Any], params: dict[str, Any], outputs: Sequence[Any]) -> list[Tensor | None]:
    """By output, the tangent; ``outputs`` are tensors, with None for each that was not asked for."""
    given = [tangent_of(x) for x in operands]
    inside = grad_mode.is_grad_enabled() and any(isinstance(x, Tensor) and x.requires_grad for x in (*operands, *given))
    with observing(NOBODY), without_tangents(), grad_mode.set_grad_enabled(True):
        primals = [x if tangent is None else _asking(x) for x, tangent in zip(operands, given, strict=True)]
        node = record(op, primals, params, [None if x is None else wrap(x._array, x._storage) for x in outputs])
        if node is None:
            return [None] * len(outputs)
        dummies = [None if x is None else _asking(_zeros(x)) for x in outputs]
        given_dummies = [x for x in dummies if x is not None]
        raw = node.vjp(list(dummies), as_tensors=True)
        places = range(len(operands)) if op.takes_list else [op.operands.index(name) for name in op.vjps]
        pulled, directions = [], []
        for slot, place in enumerate(places):
            cotangent, following, direction = raw[slot], node.edges[slot], given[place]
            if cotangent is not None and direction is not None and following[0] is not None:
                fitted = fit(cotangent, following[0].outputs[following[1]], node, slot)
                if fitted.requires_grad:
                    pulled.append(fitted)
                    directions.append(direction)
        if not pulled:
            return [None if x is None else _zeros(x) for x in outputs]
        found = iter(grad(pulled, given_dummies, directions, create_graph=inside, allow_unused=True))
    return [None if x is None else next(found) for x in outputs]


def _zeros(x: Tensor) -> Tensor:
    return wrap(np.zeros(x._array.shape, x._array.dtype))


def _asking(x: Tensor) -> Tensor:
    """The tensor if it requires grad, else another on the same numbers that does."""
    if x.requires_grad:
        return x
    other = wrap(x._array, x._storage)
    other._requires_grad = x._array.dtype.kind in INEXACT
    return other


class dual_level:  # noqa: N801 (the name is PyTorch's)
    """The ``with`` block in which tensors may carry tangents."""

    __module__ = "torch.autograd.forward_ad"

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *error: object) -> None:
        exit_dual_level()


def enter_dual_level() -> int:
    """Begin a level. Raises RuntimeError within another."""
    if grad_mode._State.dual is not None:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    set_level(Level())
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """End the level: its tangents are gone."""
    if grad_mode._State.dual is None:
        raise RuntimeError(
            "Trying to exit a forward AD level that was not the last one that was created. This is not supported."
        )
    set_level(None)


def make_dual(tensor: Any, tangent: Any, *, level: int | None = None) -> Tensor:
    """A tensor on the same numbers that carries ``tangent``. Raises RuntimeError or ValueError if it cannot."""
    if grad_mode._State.dual is None:
        raise RuntimeError(
            "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first."
        )
    for what, x in (("primal", tensor), ("tangent", tangent)):
        if x._array.dtype.kind not in INEXACT:
            raise ValueError(f"Expected {what} to be floating point or complex, but got: {x.dtype}")
    if tensor.shape != tangent.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original Tensor, this is not "
            f"supported. Tensor is of size {list(tensor.shape)} while the given forward gradient is of size "
            f"{list(tangent.shape)}."
        )
    with without_tangents():
        dual: Tensor = OPS["alias"](tensor)
    set_tangent(dual, tangent)
    return dual


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """A tensor without its tangent, and the tangent, None if it carries none."""
    tangent = tangent_of(tensor)
    if tangent is None:
        return UnpackedDualTensor(tensor, None)
    with without_tangents():
        return UnpackedDualTensor(OPS["alias"](tensor), tangent)
