"""Operands for every differentiable op: what its declaration is tried on. A new op needs one line in its family."""

from __future__ import annotations

from . import activations, images, indexing, layers, losses, matrices, pointwise, reductions, shapes
from .making import Samples

FAMILIES = (activations, images, indexing, layers, losses, matrices, pointwise, reductions, shapes)

OF_COMPLEX_NUMBERS = (
    "complex", "polar", "conj", "conj_physical", "conj_physical_", "neg_view", "view_as_real", "view_as_complex",
    "fft_c2c", "fft_r2c", "fft_c2r", "linalg_eig",
)  # fmt: skip
"""Ops that no real operand suits: `tests/oracle/programs/complex.toml` has their derivatives from PyTorch."""

DRAWS = (
    "normal_", "uniform_", "log_normal_", "exponential_", "cauchy_", "geometric_", "random_.from", "random_.to",
    "random_", "native_dropout", "bernoulli", "bernoulli.p", "bernoulli_", "bernoulli_.Tensor", "normal.Tensor_float",
    "normal.float_Tensor", "normal.Tensor_Tensor", "poisson", "binomial", "_standard_gamma", "_standard_gamma_grad",
    "_sample_dirichlet", "_dirichlet_grad",
)  # fmt: skip
"""Ops through which nothing flows back: programs hold what they draw."""

SAMPLES: Samples = {name: samples for family in FAMILIES for name, samples in family.SAMPLES.items()}
