"""What all distributions have in common: shapes, checks of parameters and values, samples."""

from __future__ import annotations

import copy
import warnings
from typing import Any

from gradwalk.engine import Tensor
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.size import Size

from ._parameters import lazy_property
from .constraints import Constraint, is_dependent


class Distribution:
    """A random variable. ``batch_shape``: how many there are; ``event_shape``: the shape of one value."""

    __module__ = "torch.distributions.distribution"
    has_rsample = False
    has_enumerate_support = False
    _validate_args = True

    @property
    def arg_constraints(self) -> dict[str, Constraint]:
        """Where each parameter may lie."""
        raise NotImplementedError

    @property
    def support(self) -> Any:
        """Where values lie."""
        raise NotImplementedError

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether parameters and values are checked unless a distribution says otherwise."""
        Distribution._validate_args = value

    def __init__(self, batch_shape: Any = (), event_shape: Any = (), validate_args: bool | None = None) -> None:
        """Raises ValueError for parameters that are not where they may lie."""
        self._batch_shape: Size = _as_size(batch_shape)
        self._event_shape: Size = _as_size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        for name, constraint in self._constraints().items() if self._validate_args else ():
            of_class = None if name in self.__dict__ else getattr(type(self), name, None)
            if is_dependent(constraint) or isinstance(of_class, lazy_property):
                continue
            value = getattr(self, name)
            if not constraint.check(value).all():
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                    f"{self!r} to satisfy the constraint {constraint!r}, but found invalid values:\n{value}"
                )

    def _constraints(self) -> dict[str, Constraint]:
        """Where each parameter may lie; a distribution that does not say is warned of."""
        try:
            return self.arg_constraints
        except NotImplementedError:
            words = (
                f"{type(self)} does not define `arg_constraints`. Please set `arg_constraints = {{}}` or initialize "
                "the distribution with `validate_args=False` to turn off validation."
            )
            warnings.warn(words, UserWarning, stacklevel=3)
            return {}

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """The same distribution with a larger ``batch_shape``, its parameters seen again and again."""
        if _instance is None:
            self._refuse_to_expand()
        new, before = copy.copy(self) if _instance is None else _instance, len(self._batch_shape)
        made = {} if _instance is None else dict(vars(new))
        new.__dict__.update(vars(self) | made)
        new._batch_shape = Size(batch_shape)
        seen: dict[int, Any] = {}
        for name, value in vars(self).items():
            if name in self._unexpanded or name in made or not isinstance(value, Tensor | Distribution):
                continue
            if id(value) not in seen:
                shape = value.shape if isinstance(value, Tensor) else value.batch_shape
                seen[id(value)] = value.expand((*new._batch_shape, *shape[before:]))
            new.__dict__[name] = seen[id(value)]
        return new

    def _refuse_to_expand(self) -> None:
        """Raises NotImplementedError for a distribution of somebody's own that may need more than is known here."""
        for kind in type(self).__mro__:
            if kind.__module__.startswith(("torch.", "gradwalk.")):
                if kind is Distribution:
                    raise NotImplementedError
                self._get_checked_instance(kind)
                return

    def _get_checked_instance(self, cls: type, _instance: Any = None) -> Any:
        """What ``expand`` fills: a new one, unless a subclass has made it."""
        if _instance is None and type(self).__init__ != cls.__init__:  # type: ignore[misc]
            raise NotImplementedError(
                f"Subclass {type(self).__name__} of {cls.__name__} that defines a custom __init__ method must also "
                "define a custom .expand() method."
            )
        return self.__new__(type(self)) if _instance is None else _instance

    _unexpanded: tuple[str, ...] = ()
    """Attributes that ``expand`` leaves as they are."""

    @property
    def batch_shape(self) -> Size:
        """How many variables there are."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one value."""
        return self._event_shape

    @property
    def mean(self) -> Any:
        """The expected value."""
        raise NotImplementedError

    @property
    def mode(self) -> Any:
        """The likeliest value."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    @property
    def variance(self) -> Any:
        """The expected square of the distance from the mean."""
        raise NotImplementedError

    @property
    def stddev(self) -> Any:
        """The root of the variance."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Any = ()) -> Any:
        """Values, outside the graph."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Values through which gradients flow to the parameters."""
        raise NotImplementedError

    def sample_n(self, n: int) -> Any:
        """The older name of ``sample((n,))``."""
        words = "`sample_n(n)` will be deprecated. Use `sample((n,))` instead."
        warnings.warn(words, FutureWarning, stacklevel=2)
        return self.sample((n,))

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density, or of the probability, at a value."""
        raise NotImplementedError

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        raise NotImplementedError

    def icdf(self, value: Any) -> Any:
        """The value that is not exceeded with a probability."""
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Any:
        """All values, if they can be counted."""
        raise NotImplementedError

    def entropy(self) -> Any:
        """The entropy of each variable."""
        raise NotImplementedError

    def perplexity(self) -> Any:
        """The exponential of the entropy."""
        return self.entropy().exp()

    def _extended_shape(self, sample_shape: Any = ()) -> Size:
        sizes = sample_shape if isinstance(sample_shape, Size) else Size(sample_shape)
        return Size(sizes + self._batch_shape + self._event_shape)

    def _validate_sample(self, value: Any) -> None:
        """Raises ValueError for a value that this variable cannot have."""
        if not self._validate_args:
            return
        if not isinstance(value, Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        shape, expected = value.shape, self._batch_shape + self._event_shape
        if tuple(shape[len(shape) - len(self._event_shape) :]) != tuple(self._event_shape):
            raise ValueError(f"The right-most size of value must match event_shape: {shape} vs {self._event_shape}.")
        if any(i != j and 1 not in (i, j) for i, j in zip(reversed(shape), reversed(expected), strict=False)):
            raise ValueError(f"Value is not broadcastable with batch_shape+event_shape: {shape} vs {expected}.")
        try:
            support = self.support
        except NotImplementedError:
            words = (
                f"{type(self)} does not define `support` to enable sample validation. Please initialize the "
                "distribution with `validate_args=False` to turn off validation."
            )
            warnings.warn(words, UserWarning, stacklevel=3)
            return
        if not support.check(value).all():
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(shape)}) to be within the support "
                f"({support!r}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        known = {name: self.__dict__[name] for name in self.arg_constraints if name in self.__dict__}
        parts = (f"{name}: {x if x.numel() == 1 else x.size()}" for name, x in known.items())
        return f"{type(self).__name__}({', '.join(parts)})"


def _as_size(shape: Any) -> Any:
    return Size(shape) if isinstance(shape, tuple | list) else shape  # distributions of users may bring anything
