"""Which transform leads from all real numbers into a region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import transforms


class ConstraintRegistry:
    """Called with a constraint: the transform whose values lie there. Raises NotImplementedError where none is
    known."""

    def __init__(self, factories: dict[str, Callable[[Any], Any]]) -> None:
        self._factories = factories

    def __call__(self, constraint: Any) -> Any:
        if constraint.kind == "IndependentConstraint":
            return transforms.IndependentTransform(
                self(constraint.base_constraint), constraint.reinterpreted_batch_ndims
            )
        if constraint.kind in ("Cat", "Stack"):
            steps = [self(each) for each in constraint.cseq]
            if constraint.kind == "Stack":
                return transforms.StackTransform(steps, constraint.dim)
            return transforms.CatTransform(steps, constraint.dim, constraint.lengths)
        if constraint.kind not in self._factories:
            raise NotImplementedError(f"Cannot transform {_CLASSES.get(constraint.kind, constraint.kind)} constraints")
        return self._factories[constraint.kind](constraint)


def _above(constraint: Any) -> Any:
    parts = [transforms.ExpTransform(), transforms.AffineTransform(constraint.lower_bound, 1)]
    return transforms.ComposeTransform(parts)


def _below(constraint: Any) -> Any:
    parts = [transforms.ExpTransform(), transforms.AffineTransform(constraint.upper_bound, -1)]
    return transforms.ComposeTransform(parts)


def _between(constraint: Any) -> Any:
    low, high = constraint.lower_bound, constraint.upper_bound
    if isinstance(low, int | float) and low == 0 and isinstance(high, int | float) and high == 1:
        return transforms.SigmoidTransform()
    parts = [transforms.SigmoidTransform(), transforms.AffineTransform(low, high - low)]
    return transforms.ComposeTransform(parts)


_COMMON: dict[str, Callable[[Any], Any]] = {
    "Real": lambda _: transforms.identity_transform, "GreaterThan": _above, "GreaterThanEq": _above,
    "LessThan": _below, "Interval": _between, "HalfOpenInterval": _between,
    "CorrCholesky": lambda _: transforms.CorrCholeskyTransform(),
}  # fmt: skip
_CLASSES = {
    "Boolean": "_Boolean", "IntegerInterval": "_IntegerInterval", "IntegerGreaterThan": "_IntegerGreaterThan",
    "OneHot": "_OneHot", "Multinomial": "_Multinomial", "Square": "_Square", "Symmetric": "_Symmetric",
    "LowerTriangular": "_LowerTriangular", "LowerCholesky": "_LowerCholesky", "PositiveDefinite": "_PositiveDefinite",
    "PositiveSemidefinite": "_PositiveSemidefinite",
}  # fmt: skip
"""What PyTorch's classes of constraints are called."""

biject_to = ConstraintRegistry(_COMMON | {"Simplex": lambda _: transforms.StickBreakingTransform()})
transform_to = ConstraintRegistry(
    _COMMON
    | {
        "Simplex": lambda _: transforms.SoftmaxTransform(),
        "LowerCholesky": lambda _: transforms.LowerCholeskyTransform(),
        "PositiveDefinite": lambda _: transforms.PositiveDefiniteTransform(),
        "PositiveSemidefinite": lambda _: transforms.PositiveDefiniteTransform(),
    }
)
