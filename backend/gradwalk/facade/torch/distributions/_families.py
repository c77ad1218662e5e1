"""Kinds of distributions that are given alike: a location and a scale, one probability, a count and a probability."""

from __future__ import annotations

from typing import Any

from gradwalk.engine import Tensor

from . import constraints
from ._parameters import batch_shape_of, broadcast_all, lazy_property, logits_to_probs, only_one, probs_to_logits
from .distribution import Distribution


class OfLocationAndScale(Distribution):
    """Any real number, around ``loc`` and as far from it as ``scale`` says."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}  # noqa: RUF012
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(batch_shape_of(self.loc, loc, scale), validate_args=validate_args)


class OfOneProbability(Distribution):
    """A distribution of one probability, which is given as ``probs`` or by its log odds, ``logits``, as ``_param``."""

    _param: Tensor

    @lazy_property
    def logits(self) -> Any:
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self) -> Any:
        return logits_to_probs(self.logits, is_binary=True)

    @property
    def param_shape(self) -> Any:
        return self._param.size()


class OfTrials(OfOneProbability):
    """One that counts, of ``total_count`` trials or until so many failures."""

    def __init__(
        self, total_count: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        only_one(probs, logits)
        name, given = ("probs", probs) if logits is None else ("logits", logits)
        count, self._param = broadcast_all(total_count, given)
        self.total_count = count.type_as(self._param)
        self.__dict__[name] = self._param
        super().__init__(self._param.size(), validate_args=validate_args)
