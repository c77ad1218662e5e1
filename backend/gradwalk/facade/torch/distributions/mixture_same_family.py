"""Mixtures: a variable that is one of several of a kind."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from .categorical import Categorical
from .distribution import Distribution


class MixtureSameFamily(Distribution):
    """A Categorical says which of the last dimension of another's batch a value comes from."""

    __module__ = "torch.distributions.mixture_same_family"
    arg_constraints = {}  # noqa: RUF012

    def __init__(
        self, mixture_distribution: Any, component_distribution: Any, validate_args: bool | None = None
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(" The Mixture distribution needs to be an  instance of torch.distributions.Categorical")
        if not isinstance(component_distribution, Distribution):
            raise ValueError("The Component distribution needs to be an instance of torch.distributions.Distribution")
        of, among = mixture_distribution.batch_shape, component_distribution.batch_shape[:-1]
        if any(m != c and 1 not in (m, c) for m, c in zip(reversed(of), reversed(among), strict=False)):
            raise ValueError(
                f"`mixture_distribution.batch_shape` ({of}) is not compatible with "
                f"`component_distribution.batch_shape`({among})"
            )
        count, given = mixture_distribution.logits.shape[-1], component_distribution.batch_shape[-1]
        if count != given:
            raise ValueError(
                f"`mixture_distribution component` ({count}) does not equal `component_distribution.batch_shape[-1]` "
                f"({given})"
            )
        self.mixture_distribution: Any = mixture_distribution
        self.component_distribution: Any = component_distribution
        event_shape = component_distribution.event_shape
        self._event_ndims = len(event_shape)
        super().__init__(among, event_shape, validate_args=validate_args)

    @constraints.dependent_property
    def support(self) -> Any:
        of: Any = self.component_distribution.support
        wider = constraints.Constraint(f"MixtureSameFamilyConstraint({of})", lambda x: self._in_all(of, x))
        wider.event_dim, wider.is_discrete = of.event_dim, of.is_discrete
        return wider

    def _in_all(self, of: Any, x: Any) -> Any:
        return of.check(x.unsqueeze(-1 - of.event_dim)).all(-1)

    @property
    def mean(self) -> Any:
        return (self._weights() * self.component_distribution.mean).sum(dim=-1 - self._event_ndims)

    @property
    def variance(self) -> Any:
        weights, dim = self._weights(), -1 - self._event_ndims
        within = (weights * self.component_distribution.variance).sum(dim=dim)
        between = (weights * (self.component_distribution.mean - self._pad(self.mean)).pow(2.0)).sum(dim=dim)
        return within + between

    def cdf(self, x: Any) -> Any:
        """The probability of at most ``x``."""
        return (self.component_distribution.cdf(self._pad(x)) * self.mixture_distribution.probs).sum(dim=-1)

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        of_each = self.component_distribution.log_prob(self._pad(value))
        weights = FUNCTIONS["log_softmax"](self.mixture_distribution.logits, dim=-1)
        return FUNCTIONS["logsumexp"](of_each + weights, dim=-1)

    def sample(self, sample_shape: Any = ()) -> Any:
        with no_grad():
            dim, event = len(sample_shape) + len(self.batch_shape), self.event_shape
            which = self.mixture_distribution.sample(sample_shape)
            values = self.component_distribution.sample(sample_shape)
            places = which.reshape(which.shape + (1,) * (len(event) + 1))
            places = places.repeat((1,) * len(which.shape) + (1,) + tuple(event))
            return FUNCTIONS["gather"](values, dim, places).squeeze(dim)

    def _pad(self, x: Any) -> Any:
        return x.unsqueeze(-1 - self._event_ndims)

    def _weights(self) -> Any:
        x = self.mixture_distribution.probs
        own = len(self.mixture_distribution.batch_shape)
        more = 0 if own == 1 else len(self.batch_shape) - own
        return x.reshape(x.shape[:-1] + (1,) * more + x.shape[-1:] + (1,) * self._event_ndims)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
