"""Ops that draw: tensors overwritten with random numbers, and random numbers of distributions that tensors describe.

Nothing flows back through a draw: a gradient that comes by is zeros.
"""

from __future__ import annotations

from ..functions.registry import on_both
from ..op import Declaration, define
from . import _dirichlet_gradients, _discrete, _gamma_draws
from . import _random as drawn

_RANDOM: Declaration = {"category": "creation"}
_NOTHING = {"self": "zeros_of(grad)"}

normal = define(
    "normal_(self, *, mean=0.0, std=1.0, generator=None)", drawn.normal, "NormalBackward0", _NOTHING,
    shown="normal(mean, std)", **_RANDOM,
)  # fmt: skip
uniform = define(
    "uniform_(self, *, low=0.0, high=1.0, generator=None)", drawn.uniform, "UniformBackward0", _NOTHING,
    shown="uniform(low, high)", **_RANDOM,
)  # fmt: skip
log_normal = define(
    "log_normal_(self, *, mean=1.0, std=2.0, generator=None)", drawn.log_normal, "LogNormalBackward0", _NOTHING,
    shown="exp(normal(mean, std))", **_RANDOM,
)  # fmt: skip
exponential = define(
    "exponential_(self, *, lambd=1.0, generator=None)", drawn.exponential, "ExponentialBackward0", _NOTHING,
    shown="exponential(lambd)", **_RANDOM,
)  # fmt: skip
cauchy = define(
    "cauchy_(self, *, median=0.0, sigma=1.0, generator=None)", drawn.cauchy, "CauchyBackward0", _NOTHING,
    shown="cauchy(median, sigma)", **_RANDOM,
)  # fmt: skip
geometric = define(
    "geometric_(self, *, p=0.5, generator=None)", drawn.geometric, "GeometricBackward0", _NOTHING,
    shown="geometric(p)", **_RANDOM,
)  # fmt: skip
random_from = define(
    "random_.from(self, *, low=None, high=None, generator=None)", drawn.integers, "RandomBackward0", _NOTHING,
    shown="randint(low, high)", **_RANDOM,
)  # fmt: skip
random_to = define(
    "random_.to(self, *, low=None, high=None, generator=None)", drawn.integers, "RandomBackward1", _NOTHING,
    shown="randint(high)", **_RANDOM,
)  # fmt: skip
random = define(
    "random_(self, *, low=None, high=None, generator=None)", drawn.integers, "RandomBackward2", _NOTHING,
    shown="randint", **_RANDOM,
)  # fmt: skip

native_dropout = define(
    "native_dropout(self, *, p=0.5, train=True, scale=2.0)", drawn.native_dropout, "NativeDropoutBackward0",
    {"self": "grad * result1 * scale"}, saves=("p",), hides=("scale",), differentiable=1, shown="dropout(self, p)",
    **_RANDOM,
)  # fmt: skip
bernoulli = define(
    "bernoulli(self, *, generator=None)", drawn.bernoulli_of, "BernoulliBackward0", _NOTHING, shown="bernoulli(self)",
    **_RANDOM,
)  # fmt: skip
bernoulli_p = define(
    "bernoulli.p(self, *, p=0.5, generator=None)", drawn.bernoulli, "NotImplemented",
    {"self": "not_implemented(grad, 'aten::bernoulli')"}, shown="bernoulli(p)", **_RANDOM,
)  # fmt: skip
bernoulli_in_place = define(
    "bernoulli_(self, *, p=0.5, generator=None)", drawn.bernoulli, "BernoulliBackward2", _NOTHING,
    shown="bernoulli(p)", **_RANDOM,
)  # fmt: skip
bernoulli_in_place_tensor = define(
    "bernoulli_.Tensor(self, p, *, generator=None)", drawn.bernoulli_tensor, "BernoulliBackward1",
    {"self": "zeros_of(grad)", "p": "nothing_for(grad, p_sizes)"}, hides=("p_sizes",), shown="bernoulli(p)",
    **_RANDOM,
)  # fmt: skip
normal_of_mean = define(
    "normal.Tensor_float(mean, *, std=1.0, generator=None)", drawn.normal_of_mean, "NormalBackward1",
    {"mean": "nothing_for(grad, mean_sizes)"}, shown="normal(mean, std)", **_RANDOM,
)  # fmt: skip
normal_of_std = define(
    "normal.float_Tensor(std, *, mean=0.0, generator=None)", drawn.normal_of_std, "NormalBackward2",
    {"std": "nothing_for(grad, std_sizes)"}, shown="normal(mean, std)", **_RANDOM,
)  # fmt: skip
normal_of_both = define(
    "normal.Tensor_Tensor(mean, std, *, generator=None)", drawn.normal_of_both, "NormalBackward3",
    {"mean": "nothing_for(grad, mean_sizes)", "std": "nothing_for(grad, std_sizes)"}, shown="normal(mean, std)",
    **_RANDOM,
)  # fmt: skip
poisson = define(
    "poisson(self, *, generator=None)", drawn.poisson, "PoissonBackward0", _NOTHING, shown="poisson(self)", **_RANDOM,
)  # fmt: skip
binomial = define(
    "binomial(count, prob, *, generator=None)", _discrete.binomial, "NotImplemented",
    dict.fromkeys(("count", "prob"), "not_implemented(grad, 'aten::binomial')"), shown="binomial(count, prob)",
    **_RANDOM,
)  # fmt: skip
standard_gamma = define(
    "_standard_gamma(self, *, generator=None)", _gamma_draws.standard_gamma, "StandardGammaBackward0",
    {"self": "grad * _standard_gamma_grad(self, result)"}, shown="gamma(self)", **_RANDOM,
)  # fmt: skip
define(
    "_standard_gamma_grad(self, output)", on_both("_standard_gamma_grad", _gamma_draws.standard_gamma_grad),
    "NotImplemented",
    dict.fromkeys(("self", "output"), "underived(grad, '_standard_gamma_grad')"), shown="gamma_grad(self, output)",
    **_RANDOM,
)  # fmt: skip
dirichlet_grad = define(
    "_dirichlet_grad(x, alpha, total)", _dirichlet_gradients.dirichlet_grad, "NotImplemented",
    dict.fromkeys(("x", "alpha", "total"), "not_implemented(grad, 'aten::_dirichlet_grad')"),
    shown="dirichlet_grad(x, alpha, total)", **_RANDOM,
)  # fmt: skip
sample_dirichlet = define(
    "_sample_dirichlet(self, *, generator=None)", _gamma_draws.sample_dirichlet, "SampleDirichletBackward0",
    {"self": "not_implemented(grad, 'aten::_sample_dirichlet')"}, shown="dirichlet(self)", **_RANDOM,
)  # fmt: skip
