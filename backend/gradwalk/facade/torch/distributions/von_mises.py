"""Von Mises' distribution of directions: the normal distribution's sister on a circle."""

from __future__ import annotations

import functools
import math
from typing import Any

from gradwalk.engine import dtypes
from gradwalk.engine.grad_mode import no_grad
from gradwalk.engine.surface.registry import FUNCTIONS

from . import constraints
from ._parameters import broadcast_all, lazy_property
from .distribution import Distribution

# Abramowitz and Stegun 9.8.1 to 9.8.4: the modified Bessel functions of order 0 and 1, below and above 3.75.
_BELOW = (
    (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813),
    (0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411),
)
_ABOVE = (
    (0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377),
    (0.39894228, -0.03988024, -0.00362018, 0.00163801, -0.01031555, 0.02282967, -0.02895312, 0.01787654, -0.00420059),
)


class VonMises(Distribution):
    """Von Mises around the angle ``loc``, the closer the greater ``concentration``."""

    __module__ = "torch.distributions.von_mises"
    arg_constraints = {"loc": constraints.real, "concentration": constraints.positive}  # noqa: RUF012
    support = constraints.real

    def __init__(self, loc: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.loc, self.concentration = broadcast_all(loc, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.loc

    mode = mean

    @lazy_property
    def variance(self) -> Any:
        return 1 - (_log_bessel(self.concentration, 1) - _log_bessel(self.concentration, 0)).exp()

    @lazy_property
    def _loc(self) -> Any:
        return self.loc.to(dtypes.float64)

    @lazy_property
    def _concentration(self) -> Any:
        return self.concentration.to(dtypes.float64)

    @lazy_property
    def _proposal_r(self) -> Any:
        k = self._concentration
        tau = 1 + (1 + 4 * k**2).sqrt()
        rho = (tau - (2 * tau).sqrt()) / (2 * k)
        return FUNCTIONS["where"](k < 1e-5, 1 / k + k, (1 + rho**2) / (2 * rho))

    def sample(self, sample_shape: Any = ()) -> Any:
        """Angles, by Best and Fisher's rejection, in double precision whatever the parameters are."""
        with no_grad():
            x = FUNCTIONS["empty"](self._extended_shape(sample_shape), dtype=dtypes.float64)
            r, k, done = self._proposal_r, self._concentration, FUNCTIONS["zeros"](x.shape, dtype=dtypes.bool_)
            while not done.all():
                u1, u2, u3 = FUNCTIONS["rand"]((3, *x.shape), dtype=dtypes.float64).unbind()
                z = (math.pi * u1).cos()
                f = (1 + r * z) / (r + z)
                c = k * (r - f)
                accept = ((c * (2 - c) - u2) > 0) | ((c / u2).log() + 1 - c >= 0)
                if accept.any():
                    x = FUNCTIONS["where"](accept, (u3 - 0.5).sign() * f.acos(), x)
                    done = done | accept
            return ((x + math.pi + self._loc) % (2 * math.pi) - math.pi).to(self.loc.dtype)

    def log_prob(self, value: Any) -> Any:
        self._validate_sample(value)
        above = self.concentration * FUNCTIONS["cos"](value - self.loc)
        return above - math.log(2 * math.pi) - _log_bessel(self.concentration, 0)


def _polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    return functools.reduce(lambda total, c: c + x * total, reversed(coefficients))


def _log_bessel(x: Any, order: int) -> Any:
    """The logarithm of the modified Bessel function, for positive numbers."""
    y = x / 3.75
    below = _polynomial(y * y, _BELOW[order])
    below = (x.abs() * below if order else below).log()
    above = x - 0.5 * x.log() + _polynomial(3.75 / x, _ABOVE[order]).log()
    return FUNCTIONS["where"](x < 3.75, below, above)
