"""Fourier transforms: of complex numbers, from real ones, and back to real ones."""

from __future__ import annotations

from ..complexes import carry_as_they_are
from ..functions import fourier
from ..op import Declaration, define

_TRANSFORM: Declaration = {"category": "linalg"}

define(
    "fft_c2c(self, *, dim=(), normalization=0, forward=True)", fourier.transformed, "FftC2CBackward0",
    {"self": "fft_c2c(grad, dim, normalization, not forward)"}, shown="fft(self)", **_TRANSFORM,
)  # fmt: skip
define(
    "fft_r2c(self, *, dim=(), normalization=0, onesided=True)", fourier.of_real, "FftR2CBackward0",
    {"self": "fft_r2c_backward(grad, dim, normalization, onesided, self_sizes)"}, saves=("self",),
    hides=("self_sizes",), shown="fft(self)", **_TRANSFORM,
)  # fmt: skip
define(
    "fft_c2r(self, *, dim=(), normalization=0, last_dim_size=1)", fourier.to_real, "FftC2RBackward0",
    {"self": "fft_c2r_backward(grad, dim, normalization)"}, shown="ifft(self)", **_TRANSFORM,
)  # fmt: skip

carry_as_they_are(("fft_c2c", "fft_c2r"))
