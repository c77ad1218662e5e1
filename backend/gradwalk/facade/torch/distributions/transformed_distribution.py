"""A random variable made of another by transforms."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from .distribution import Distribution
from .transforms import AffineTransform, PowerTransform, Transform


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
        shape = base_distribution.batch_shape + base_distribution.event_shape
        for each in self.transforms:
            given = [x for x in vars(each).values() if hasattr(x, "shape")]
            if isinstance(each, AffineTransform | PowerTransform) and given:
                wanted = FUNCTIONS["broadcast_shapes"](shape, *(x.shape for x in given))
                if wanted != shape:
                    raise NotImplementedError(
                        "Gradwalk's TransformedDistribution keeps its base's shape; give the base the shape "
                        f"{tuple(wanted)}."
                    )
        self.base_dist = base_distribution
        super().__init__(base_distribution.batch_shape, base_distribution.event_shape, validate_args=validate_args)

    @property
    def support(self) -> Any:  # type: ignore[override]
        if not self.transforms:
            return self.base_dist.support
        found = self.transforms[-1].codomain
        return constraints.independent(found, len(self.event_shape)) if self.event_shape else found

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
        for each in reversed(self.transforms):
            x = each.inv(value)
            found = found - self._summed(each.log_abs_det_jacobian(x, value))
            value = x
        return found + self.base_dist.log_prob(value)

    def _summed(self, x: Any) -> Any:
        count = len(self.event_shape)
        return x.reshape(*x.shape[: x.ndim - count], -1).sum(-1) if count else x

    def cdf(self, value: Any) -> Any:
        """The probability of at most ``value``."""
        for each in reversed(self.transforms):
            value = each.inv(value)
        return self._turned(self.base_dist.cdf(value))

    def icdf(self, value: Any) -> Any:
        """The value that is not exceeded with a probability."""
        return self._forwards(self.base_dist.icdf(self._turned(value)))

    def _turned(self, probability: Any) -> Any:
        sign: Any = 1
        for each in self.transforms:
            sign = sign * each.sign
        return probability if isinstance(sign, int) and sign == 1 else sign * (probability - 0.5) + 0.5
