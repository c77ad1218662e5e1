"""A random variable made of another by transforms."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad

from . import constraints
from ._parameters import sum_rightmost
from .distribution import Distribution
from .independent import Independent
from .transforms import ComposeTransform, Transform


class TransformedDistribution(Distribution):
    """What ``transforms`` make of ``base_distribution``, one after another; the density follows from their slopes."""

    __module__ = "torch.distributions.transformed_distribution"
    arg_constraints = {}  # noqa: RUF012

    def __init__(self, base_distribution: Any, transforms: Any, validate_args: bool | None = None) -> None:
        if isinstance(transforms, Transform):
            self.transforms = [transforms]
        elif isinstance(transforms, list):
            if not all(isinstance(t, Transform) for t in transforms):
                raise ValueError("transforms must be a Transform or a list of Transforms")
            self.transforms = transforms
        else:
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        base, whole = base_distribution, ComposeTransform(self.transforms)
        shape, dims, wanted = base.batch_shape + base.event_shape, len(base.event_shape), whole.domain.event_dim
        if len(shape) < wanted:
            raise ValueError(f"base_distribution needs to have shape with size at least {wanted}, but got {shape}.")
        forward = whole.forward_shape(shape)
        expanded = whole.inverse_shape(forward)
        if shape != expanded:
            base = base.expand(expanded[: len(expanded) - dims])
        if wanted > dims:
            base = Independent(base, wanted - dims)
        self.base_dist = base
        cut = len(forward) - max(whole.codomain.event_dim, dims + whole.codomain.event_dim - wanted)
        super().__init__(forward[:cut], forward[cut:], validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = super().expand(batch_shape, _instance)
        shape = new._batch_shape + self.event_shape
        for each in reversed(self.transforms):
            shape = each.inverse_shape(shape)
        new.base_dist = self.base_dist.expand(shape[: len(shape) - len(self.base_dist.event_shape)])
        return new

    _unexpanded: tuple[str, ...] = ("base_dist",)

    @constraints.dependent_property(is_discrete=False)
    def support(self) -> Any:
        if not self.transforms:
            return self.base_dist.support
        found = self.transforms[-1].codomain
        more = len(self.event_shape) - found.event_dim
        return constraints.independent(found, more) if more > 0 else found

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return bool(self.base_dist.has_rsample)

    def sample(self, sample_shape: Any = ()) -> Any:
        with no_grad():
            return self._forwards(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        return self._forwards(self.base_dist.rsample(sample_shape))

    def _forwards(self, x: Any) -> Any:
        for each in self.transforms:
            x = each(x)
        return x

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        found: Any = 0.0
        dims = len(self.event_shape)
        for each in reversed(self.transforms):
            x = each.inv(value)
            dims += each.domain.event_dim - each.codomain.event_dim
            found = found - sum_rightmost(each.log_abs_det_jacobian(x, value), dims - each.domain.event_dim)
            value = x
        return found + sum_rightmost(self.base_dist.log_prob(value), dims - len(self.base_dist.event_shape))

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        for each in reversed(self.transforms):
            value = each.inv(value)
        self.base_dist._validate_sample(value)
        return self._turned(self.base_dist.cdf(value))

    def icdf(self, value: Any) -> Any:
        """The value that is not exceeded with a probability."""
        return self._forwards(self.base_dist.icdf(self._turned(value)))

    def _turned(self, probability: Any) -> Any:
        sign: Any = 1
        for each in self.transforms:
            sign = sign * each.sign
        return probability if isinstance(sign, int) and sign == 1 else sign * (probability - 0.5) + 0.5
