"""Distributions whose logarithm of the density is linear in functions of the value."""

from __future__ import annotations

from typing import Any

from gradwalk.engine.autograd import grad

from .distribution import Distribution


class ExponentialFamily(Distribution):
    """A base for distributions of users; those that are here do without it."""

    __module__ = "torch.distributions.exp_family"

    @property
    def _natural_params(self) -> tuple[Any, ...]:
        """What functions of the value are multiplied with in the logarithm of the density."""
        raise NotImplementedError

    def _log_normalizer(self, *natural_params: Any) -> Any:
        """What is taken off there so that all probabilities add up to one."""
        raise NotImplementedError

    @property
    def _mean_carrier_measure(self) -> Any:
        """The expected part of it that has no parameters."""
        raise NotImplementedError

    def entropy(self) -> Any:
        """The entropy, from the slopes of the normalizer: what the functions of the value are expected to be."""
        carrier = -self._mean_carrier_measure
        parameters = [parameter.detach().requires_grad_() for parameter in self._natural_params]
        normalizer = self._log_normalizer(*parameters)
        slopes = grad(normalizer.sum(), parameters, create_graph=True)
        entropy = carrier + normalizer
        for parameter, slope in zip(parameters, slopes, strict=True):
            entropy = entropy - (parameter * slope).reshape((*self._batch_shape, -1)).sum(-1)
        return entropy
