"""Where parameters and values of distributions may lie: a name, and a test of tensors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from gradwalk.engine import dtypes
from gradwalk.engine.limits import finfo
from gradwalk.engine.surface.registry import FUNCTIONS, LINALG

__all__ = [
    "Constraint", "boolean", "cat", "corr_cholesky", "dependent", "dependent_property", "greater_than",
    "greater_than_eq", "half_open_interval", "independent", "integer_interval", "interval", "is_dependent",
    "less_than", "lower_cholesky", "lower_triangular", "multinomial", "nonnegative", "nonnegative_integer",
    "one_hot", "positive", "positive_definite", "positive_integer", "positive_semidefinite", "real", "real_vector",
    "simplex", "square", "stack", "symmetric", "unit_interval",
]  # fmt: skip


class Constraint:
    """A region; ``check`` gives True for each value in it. ``parts`` are what it was made of, by name. Constraints of
    users bring a ``check`` of their own."""

    is_discrete: Any = False
    event_dim: Any = 0

    def __init__(
        self, text: str = "", check: Callable[[Any], Any] | None = None, event_dim: int = 0, is_discrete: bool = False,
        **parts: Any,
    ) -> None:  # fmt: skip
        self._text = text
        self._check = check
        if event_dim:
            self.event_dim = event_dim
        if is_discrete:
            self.is_discrete = True
        self.__dict__.update(parts)

    def check(self, value: Any) -> Any:
        """Where a value lies in the region. Raises NotImplementedError for one without a test."""
        if self._check is None:
            raise NotImplementedError
        return self._check(value)

    @property
    def kind(self) -> str:
        """What it is called, without its bounds."""
        return self._text.partition("(")[0]

    def __repr__(self) -> str:
        return self._text or f"{type(self).__name__[1:]}()"


class _Dependent(Constraint):
    """A region that is known only once the parameters are."""

    def __init__(self, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> None:
        super().__init__("Dependent()")
        self._known = {"is_discrete": is_discrete, "event_dim": event_dim}

    @property
    def is_discrete(self) -> Any:
        """Whether its values lie apart. Raises NotImplementedError where that depends, too."""
        return self._told("is_discrete")

    @property
    def event_dim(self) -> Any:
        """How many dimensions one value has. Raises NotImplementedError where that depends, too."""
        return self._told("event_dim")

    def _told(self, name: str) -> Any:
        if self._known[name] is NotImplemented:
            raise NotImplementedError(f".{name} cannot be determined statically")
        return self._known[name]

    def __call__(self, **given: Any) -> _Dependent:
        return _Dependent(**given)

    def check(self, value: Any) -> Any:
        raise ValueError("Cannot determine validity of dependent constraint")


class _DependentProperty(property, _Dependent):
    """A property that gives a constraint, and says of a class what is known of it."""

    def __init__(self, fn: Any = None, *, is_discrete: Any = NotImplemented, event_dim: Any = NotImplemented) -> None:
        property.__init__(self, fn)
        _Dependent.__init__(self, is_discrete=is_discrete, event_dim=event_dim)

    def __call__(self, fn: Any) -> _DependentProperty:  # type: ignore[override]
        return _DependentProperty(fn, **self._known)


dependent_property = _DependentProperty


def is_dependent(constraint: Any) -> bool:
    """Whether a constraint, or what a class has for one, is known only once the parameters are."""
    return isinstance(constraint, _Dependent)


def greater_than(lower_bound: Any) -> Constraint:
    """Above a bound."""
    text = f"GreaterThan(lower_bound={lower_bound})"
    return Constraint(text, lambda x: lower_bound < x, lower_bound=lower_bound)


def greater_than_eq(lower_bound: Any) -> Constraint:
    """Not under a bound."""
    text = f"GreaterThanEq(lower_bound={lower_bound})"
    return Constraint(text, lambda x: lower_bound <= x, lower_bound=lower_bound)


def less_than(upper_bound: Any) -> Constraint:
    """Below a bound."""
    return Constraint(f"LessThan(upper_bound={upper_bound})", lambda x: x < upper_bound, upper_bound=upper_bound)


def interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Between two bounds, these included."""
    text = f"Interval(lower_bound={lower_bound}, upper_bound={upper_bound})"
    bounds = {"lower_bound": lower_bound, "upper_bound": upper_bound}
    return Constraint(text, lambda x: (lower_bound <= x) & (x <= upper_bound), **bounds)


def half_open_interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Between two bounds, the lower one included."""
    text = f"HalfOpenInterval(lower_bound={lower_bound}, upper_bound={upper_bound})"
    bounds = {"lower_bound": lower_bound, "upper_bound": upper_bound}
    return Constraint(text, lambda x: (lower_bound <= x) & (x < upper_bound), **bounds)


def integer_interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Whole numbers between two bounds, these included."""
    text = f"IntegerInterval(lower_bound={lower_bound}, upper_bound={upper_bound})"
    return Constraint(text, lambda x: (x % 1 == 0) & (lower_bound <= x) & (x <= upper_bound), 0, True)


def multinomial(upper_bound: int) -> Constraint:
    """Counts of which there are so many."""
    return Constraint("Multinomial()", lambda x: (x >= 0).all(dim=-1) & (x.sum(dim=-1) <= upper_bound), 1, True)


def independent(of: Constraint, dims: int) -> Constraint:
    """A constraint that holds for all along the last dimensions."""

    def check(x: Any) -> Any:
        found = of.check(x)
        return found.reshape(*found.shape[: found.ndim - dims], -1).all(-1)

    text = f"IndependentConstraint({of}, {dims})"
    return Constraint(
        text, check, dims + of.event_dim, of.is_discrete, base_constraint=of, reinterpreted_batch_ndims=dims
    )


def cat(cseq: Sequence[Constraint], dim: int = 0, lengths: Sequence[int] | None = None) -> Constraint:
    """Constraints that hold for parts of a tensor, one after another along a dimension."""
    lengths = [1] * len(cseq) if lengths is None else list(lengths)
    if len(lengths) != len(cseq):
        raise AssertionError(f"lengths ({len(lengths)}) must match cseq ({len(cseq)})")

    def check(x: Any) -> Any:
        parts = narrowed(x, dim, lengths)
        return FUNCTIONS["cat"]([of.check(part) for of, part in zip(cseq, parts, strict=True)], dim)

    parts_of = {"cseq": list(cseq), "dim": dim, "lengths": lengths}
    return Constraint("Cat()", check, max(c.event_dim for c in cseq), _any_discrete(cseq), **parts_of)


def _any_discrete(cseq: Sequence[Constraint]) -> bool:
    return any(c.is_discrete for c in cseq)


def stack(cseq: Sequence[Constraint], dim: int = 0) -> Constraint:
    """Constraints that hold for the entries along a dimension."""

    def check(x: Any) -> Any:
        entries = [x.select(dim, k) for k in range(x.size(dim))]
        return FUNCTIONS["stack"]([of.check(x) for x, of in zip(entries, cseq, strict=False)], dim)

    most = max(c.event_dim for c in cseq)
    return Constraint("Stack()", check, most + (dim + most < 0), _any_discrete(cseq), cseq=list(cseq), dim=dim)


def narrowed(x: Any, dim: int, lengths: Sequence[int]) -> list[Any]:
    """The parts of a tensor, so long each."""
    starts = itertools.accumulate(lengths, initial=0)
    return [x.narrow(dim, start, length) for start, length in zip(starts, lengths, strict=False)]


def _is_square(x: Any) -> Any:
    return FUNCTIONS["full"](x.shape[:-2], fill_value=x.shape[-2] == x.shape[-1], dtype=dtypes.bool_)


def _is_symmetric(x: Any) -> Any:
    square = _is_square(x)
    return ((x - x.mT).abs() <= 1e-6 + 1e-5 * x.mT.abs()).all(-1).all(-1) if square.all() else square


def _is_positive_definite(x: Any) -> Any:
    symmetric = _is_symmetric(x)
    return LINALG["eigvalsh"](x)[..., 0].gt(0) & symmetric if symmetric.all() else symmetric


def _is_positive_semidefinite(x: Any) -> Any:
    symmetric = _is_symmetric(x)
    return LINALG["eigvalsh"](x).ge(0).all(-1) & symmetric if symmetric.all() else symmetric


def _has_rows_of_length_one(x: Any) -> Any:
    leeway = finfo(x.dtype).eps * x.size(-1) * 10
    lengths = LINALG["norm"](x.detach(), dim=-1)
    return lower_cholesky.check(x) & (lengths - 1).abs().le(leeway).all(dim=-1)


dependent = _Dependent()
real = Constraint("Real()", lambda x: x == x)
positive = greater_than(0.0)
nonnegative = greater_than_eq(0.0)
unit_interval = interval(0.0, 1.0)
boolean = Constraint("Boolean()", lambda x: (x == 0) | (x == 1), 0, True)
nonnegative_integer = Constraint("IntegerGreaterThan(lower_bound=0)", lambda x: (x % 1 == 0) & (x >= 0), 0, True)
positive_integer = Constraint("IntegerGreaterThan(lower_bound=1)", lambda x: (x % 1 == 0) & (x >= 1), 0, True)
one_hot = Constraint("OneHot()", lambda x: ((x == 0) | (x == 1)).all(-1) & x.sum(-1).eq(1), 1, True)
simplex = Constraint("Simplex()", lambda x: (x >= 0).all(dim=-1) & ((x.sum(-1) - 1).abs() < 1e-6), 1)
real_vector = independent(real, 1)
square = Constraint("Square()", _is_square, 2)
symmetric = Constraint("Symmetric()", _is_symmetric, 2)
positive_definite = Constraint("PositiveDefinite()", _is_positive_definite, 2)
positive_semidefinite = Constraint("PositiveSemidefinite()", _is_positive_semidefinite, 2)
lower_triangular = Constraint("LowerTriangular()", lambda x: (x.tril() == x).flatten(-2).all(-1), 2)
lower_cholesky = Constraint(
    "LowerCholesky()", lambda x: (x.tril() == x).flatten(-2).all(-1) & (x.diagonal(dim1=-2, dim2=-1) > 0).all(-1), 2
)
corr_cholesky = Constraint("CorrCholesky()", _has_rows_of_length_one, 2)
