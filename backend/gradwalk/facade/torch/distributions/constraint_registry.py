"""Which transform leads from all real numbers into a region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import constraints, transforms
from .constraints import Constraint


class ConstraintRegistry:
    """Called with a constraint: the transform whose values lie there. Raises NotImplementedError where none is
    known."""

    def __init__(self, factories: Mapping[str, Callable[[Any], Any]] | None = None) -> None:
        self._factories = {} if factories is None else factories
        self._of_users: dict[type | str, Callable[[Any], Any]] = {}

    def register(self, constraint: Any, factory: Callable[[Any], Any] | None = None) -> Any:
        """Say how a transform is made for constraints of a kind, or of a class of yours; a decorator without
        ``factory``. Raises TypeError for what is no such class, nor of one."""
        if factory is None:
            return lambda f: self.register(constraint, f)
        if isinstance(constraint, Constraint):
            of = _kind(constraint)
        else:
            of = _KINDS.get(constraint, constraint) if callable(constraint) else constraint
        if not isinstance(of, str) and not (isinstance(of, type) and issubclass(of, Constraint)):
            raise TypeError(f"Expected constraint to be either a Constraint subclass or instance, but got {of}")
        self._of_users[of] = factory
        return factory

    def __call__(self, constraint: Any) -> Any:
        if _kind(constraint) in self._of_users:
            return self._of_users[_kind(constraint)](constraint)
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
            of = _CLASSES.get(constraint.kind, constraint.kind) or type(constraint).__name__
            raise NotImplementedError(f"Cannot transform {of} constraints")
        return self._factories[constraint.kind](constraint)


def _kind(constraint: Any) -> type | str:
    """What PyTorch's class of it would be: of those that are here from the start, what they are called."""
    return str(constraint.kind) if type(constraint) is Constraint else type(constraint)


_KINDS: dict[Any, str] = {
    constraints.greater_than: "GreaterThan", constraints.greater_than_eq: "GreaterThanEq",
    constraints.less_than: "LessThan", constraints.interval: "Interval", constraints.cat: "Cat",
    constraints.half_open_interval: "HalfOpenInterval", constraints.integer_interval: "IntegerInterval",
    constraints.multinomial: "Multinomial", constraints.independent: "IndependentConstraint",
    constraints.stack: "Stack",
}  # fmt: skip
"""What makes constraints, which is their class in PyTorch."""


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
